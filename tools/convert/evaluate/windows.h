// Parts of evaluate.cpp: the layers that look at pictures through windows or at other sizes.
#pragma once

#include <cstddef>
#include <vector>

#include "convert/source.h"

namespace echolens::convert {

using Values = std::vector<double>;

// One input of a node.
struct Operand {
  const Shape& shape;
  const Values& values;
};

inline std::size_t Size(int n) { return static_cast<std::size_t>(n); }
inline std::size_t Count(const Shape& shape) {
  return static_cast<std::size_t>(ElementCount(shape));
}

// The node's output, of shape `shape`, which is what InferSourceShape says.
Values Evaluate(const Convolution& op, const Operand& in, const Shape& shape);
Values Evaluate(const Pooling& op, const Operand& in, const Shape& shape);
Values Evaluate(const GlobalPooling& op, const Operand& in, const Shape& shape);
Values Evaluate(const ResizeLayer& op, const Operand& in, const Shape& shape);

}  // namespace echolens::convert

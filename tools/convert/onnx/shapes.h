// Shapes and axes that nodes ask for, of constants and of activations alike.
#pragma once

#include <cstdint>
#include <vector>

#include "convert/onnx/node.h"

namespace echolens::convert::onnx {

// What Reshape, Flatten, Squeeze or Unsqueeze makes of `shape`. Errors: kSourceCorrupt,
// kSourceUnsupported (the target depends on the network's input).
Result<Shape> TargetShape(NodeReader& node, const Shape& shape);

// What Slice takes along each axis: `size` elements from `begin` on, `step` apart.
struct Part {
  std::vector<std::int64_t> begin, size, step;
};

// Of `shape`, cut off at its ends as ONNX says; sizes may be 0. Errors: kSourceCorrupt,
// kSourceUnsupported (it depends on the network's input).
Result<Part> SlicedPart(NodeReader& node, const Shape& shape);

// The attribute `perm` of Transpose. Errors: kSourceCorrupt (no permutation of `rank` axes).
Result<std::vector<int>> Permutation(NodeReader& node, std::size_t rank);

}  // namespace echolens::convert::onnx

// Shapes and axes that nodes ask for, of constants and of activations alike.
#pragma once

#include <vector>

#include "convert/onnx/node.h"

namespace echolens::convert::onnx {

// What Reshape, Flatten, Squeeze or Unsqueeze makes of `shape`. Errors: kSourceCorrupt,
// kSourceUnsupported (the target depends on the network's input).
Result<Shape> TargetShape(NodeReader& node, const Shape& shape);

// The attribute `perm` of Transpose. Errors: kSourceCorrupt (no permutation of `rank` axes).
Result<std::vector<int>> Permutation(NodeReader& node, std::size_t rank);

}  // namespace echolens::convert::onnx

// How ONNX's axes lie in the source network's values.
#pragma once

#include <vector>

#include "convert/onnx/node.h"

namespace echolens::convert::onnx {

// 0, 1, 2, …: as in ONNX.
std::vector<int> OnnxOrder(std::size_t rank);

// The channels, ONNX's axis 1, to the end: NHWC.
std::vector<int> ChannelsLast(std::size_t rank);

// The source value `id`, whose axis i is ONNX's axis order[i].
Activation Lying(const SourceNetwork& network, ValueId id, std::vector<int> order);

// Where ONNX's axis `axis` lies in the source value.
int PositionOf(const Activation& activation, int axis);

// The same values with their axes in the given order: nothing, a reshape or a transpose.
Result<Activation> InOrder(NodeReader& node, const Activation& activation,
                           const std::vector<int>& order);

// The same elements in ONNX's order under another shape, which lies as in ONNX. Errors: another
// number of elements.
Result<Activation> Reshaped(NodeReader& node, const Activation& activation, const Shape& shape);

// ONNX's Squeeze and Unsqueeze of the given axes, sorted: all others lie as before. A new axis lies
// behind the one that ONNX has before it.
Result<Activation> Squeezed(NodeReader& node, const Activation& activation,
                            const std::vector<int>& axes);
Result<Activation> Unsqueezed(NodeReader& node, const Activation& activation,
                              const std::vector<int>& axes);

// ONNX's Transpose: no values move, only the names of the axes.
Activation Transposed(const Activation& activation, const std::vector<int>& permutation);

// The constant with axes of 1 in front until it has as many as `like`, then laid out in its order.
// Charged to the file's account.
Result<ConstantValue> LaidOut(NodeReader& node, const Constant& constant, const Activation& like);

// The elements of `constant` with the axes permuted: output axis i is input axis permutation[i].
template <class T>
std::vector<T> PermuteAxes(const std::vector<T>& values, const Shape& shape,
                           const std::vector<int>& permutation) {
  std::vector<std::size_t> strides(shape.size(), 1), steps;
  for (std::size_t i = shape.size(); i-- > 1;) {
    strides[i - 1] = strides[i] * static_cast<std::size_t>(shape[i]);
  }
  Shape sizes;
  for (const int axis : permutation) {
    steps.push_back(strides[static_cast<std::size_t>(axis)]);
    sizes.push_back(shape[static_cast<std::size_t>(axis)]);
  }
  std::vector<T> permuted;
  permuted.reserve(values.size());
  std::vector<std::int32_t> index(sizes.size(), 0);
  for (std::size_t from = 0; permuted.size() < values.size();) {
    permuted.push_back(values[from]);
    for (std::size_t i = sizes.size(); i-- > 0;) {
      from += steps[i];
      if (++index[i] < sizes[i]) break;
      from -= steps[i] * static_cast<std::size_t>(sizes[i]);
      index[i] = 0;
    }
  }
  return permuted;
}

}  // namespace echolens::convert::onnx

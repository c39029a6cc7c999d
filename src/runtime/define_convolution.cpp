#include <cstdint>

#include "runtime/define.h"
#include "runtime/weights.h"
#include "runtime/window.h"

namespace echolens {
Status Define(NodeBuilder& node, const Conv2d& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  ECHOLENS_ASSIGN(const Weights weights, DefineWeights(node, input, 0));
  const Shape& filter = node.input_info(1).shape;  // [out, height, width, in / groups]
  const std::int32_t groups = input.shape[3] / filter[3];
  const Range range = ActivationRange(op.activation);
  const Margins margins =
      PaddingMargins(op.padding, input.shape, {filter[1], filter[2]}, op.stride, op.dilation);
  node.RunsAs(std::string("convolution_2d") + weights.TypeText());
  return node.Check(
      xnn_define_convolution_2d(
          node.subgraph(), margins.top, margins.right, margins.bottom, margins.left,
          Unsigned(filter[1]), Unsigned(filter[2]), Unsigned(op.stride[0]), Unsigned(op.stride[1]),
          Unsigned(op.dilation[0]), Unsigned(op.dilation[1]), Unsigned(groups), Unsigned(filter[3]),
          Unsigned(filter[0] / groups), range.min, range.max, input.id, weights.filter,
          weights.bias, node.output().id, 0),
      "convolution_2d");
}

Status Define(NodeBuilder& node, const DepthwiseConv2d& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  ECHOLENS_ASSIGN(const Weights weights, DefineWeights(node, input, 3));
  const Shape& filter = node.input_info(1).shape;  // [1, height, width, in * multiplier]
  const Range range = ActivationRange(op.activation);
  const Margins margins =
      PaddingMargins(op.padding, input.shape, {filter[1], filter[2]}, op.stride, op.dilation);
  node.RunsAs(std::string("depthwise_convolution_2d") + weights.TypeText());
  return node.Check(xnn_define_depthwise_convolution_2d(
                        node.subgraph(), margins.top, margins.right, margins.bottom, margins.left,
                        Unsigned(filter[1]), Unsigned(filter[2]), Unsigned(op.stride[0]),
                        Unsigned(op.stride[1]), Unsigned(op.dilation[0]), Unsigned(op.dilation[1]),
                        Unsigned(op.multiplier), Unsigned(input.shape[3]), range.min, range.max,
                        input.id, weights.filter, weights.bias, node.output().id, 0),
                    "depthwise_convolution_2d");
}

}  // namespace echolens

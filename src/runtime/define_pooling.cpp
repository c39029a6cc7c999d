#include <array>
#include <cstdint>

#include "runtime/define.h"
#include "runtime/window.h"

namespace echolens {
namespace {

Status DefineMean(NodeBuilder& node, const Value& input, const Value& output, bool keep_dims) {
  constexpr std::array<std::size_t, 2> kSpatial{1, 2};
  return node.Check(
      xnn_define_static_reduce(node.subgraph(), xnn_reduce_mean, kSpatial.size(), kSpatial.data(),
                               input.id, output.id, keep_dims ? XNN_FLAG_KEEP_DIMS : 0),
      "static_mean");
}

Margins PoolMargins(const Pool2d& op, const Value& input) {
  return PaddingMargins(op.padding, input.shape, op.size, op.stride);
}

Status DefineAverage(NodeBuilder& node, const Pool2d& op, const Value& input, const Value& output,
                     Range range) {
  const Margins margins = PoolMargins(op, input);
  return node.Check(xnn_define_average_pooling_2d(
                        node.subgraph(), margins.top, margins.right, margins.bottom, margins.left,
                        Unsigned(op.size[0]), Unsigned(op.size[1]), Unsigned(op.stride[0]),
                        Unsigned(op.stride[1]), range.min, range.max, input.id, output.id, 0),
                    "average_pooling_2d");
}

// Every window is full: the mean of each is a depthwise convolution with ones. Sums are exact in
// int32 and rounded once. With a 1×1 window it picks every stride-th pixel unchanged.
Status DefineAsDepthwise(NodeBuilder& node, const Pool2d& op, const Value& input,
                         const Value& output, Range range) {
  const Shape shape{1, op.size[0], op.size[1], input.shape[3]};
  const auto count = static_cast<std::size_t>(ElementCount(shape));
  const float share = 1.0F / static_cast<float>(op.size[0] * op.size[1]);
  std::uint32_t filter = XNN_INVALID_VALUE_ID;
  if (input.int8()) {
    const std::vector<std::int8_t> ones(count, 1);
    ECHOLENS_ASSIGN(const void* data, node.builder().Keep(DataType::kInt8, shape, ones.data()));
    const auto channels = static_cast<std::size_t>(shape[3]);
    ECHOLENS_ASSIGN(filter, node.builder().ChannelwiseStatic(DataType::kInt8, shape, 3, data,
                                                             std::vector<float>(channels, share)));
  } else {
    const std::vector<float> shares(count, share);
    ECHOLENS_ASSIGN(const Value value, node.builder().Constant(Value::Float(shape), shares.data()));
    filter = value.id;
  }
  return node.Check(xnn_define_depthwise_convolution_2d(
                        node.subgraph(), 0, 0, 0, 0, Unsigned(op.size[0]), Unsigned(op.size[1]),
                        Unsigned(op.stride[0]), Unsigned(op.stride[1]), 1, 1, 1, Unsigned(shape[3]),
                        range.min, range.max, input.id, filter, XNN_INVALID_VALUE_ID, output.id, 0),
                    "depthwise_convolution_2d");
}

Status DefineMaxPool(NodeBuilder& node, const Pool2d& op, Range range) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  const char* type = input.int8() ? " s8" : " f32";
  if (op.size[0] * op.size[1] == 1) {  // XNNPACK takes no window of one pixel
    node.RunsAs(std::string("depthwise_convolution_2d of ones, for max pooling 1×1,") + type);
    return DefineAsDepthwise(node, op, input, node.output(), range);
  }
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (op.stride[axis] > op.size[axis]) {
      return node.Unsupported("stride " + std::to_string(op.stride[axis]) +
                              " is larger than the window of " + std::to_string(op.size[axis]));
    }
  }
  node.RunsAs(std::string("max_pooling_2d") + type);
  const Margins margins = PoolMargins(op, input);
  return node.Check(
      xnn_define_max_pooling_2d(node.subgraph(), margins.top, margins.right, margins.bottom,
                                margins.left, Unsigned(op.size[0]), Unsigned(op.size[1]),
                                Unsigned(op.stride[0]), Unsigned(op.stride[1]), 1, 1, range.min,
                                range.max, input.id, node.output().id, 0),
      "max_pooling_2d");
}

// XNNPACK's subgraph has no int8 average pooling. Three ways, the first that fits: a mean over
// everything, a convolution with ones (both exact), or float32, where windows at the border are
// smaller than others.
Status DefineAverageInt8(NodeBuilder& node, const Pool2d& op, const Value& input, Range range) {
  const Value& output = node.output();
  if (!PoolMargins(op, input).none()) {
    node.RunsAs("average_pooling_2d f32 between dequantise and quantise");
    ECHOLENS_ASSIGN(const Value real, AsFloat(node, input));
    ECHOLENS_ASSIGN(const Value mean, node.builder().Temporary(Value::Float(output.shape)));
    ECHOLENS_CHECK(DefineAverage(node, op, real, mean, range));
    return DefineConvert(node, mean, output);
  }
  if (op.size[0] == input.shape[1] && op.size[1] == input.shape[2]) {
    node.RunsAs("static_mean qs8");
    if (!range.bounded()) return DefineMean(node, input, output, true);
    ECHOLENS_ASSIGN(const Value mean, node.builder().Temporary(output));
    ECHOLENS_CHECK(DefineMean(node, input, mean, true));
    return DefineClamp(node, mean, output, range);
  }
  node.RunsAs("depthwise_convolution_2d qs8_qc8w with ones");
  return DefineAsDepthwise(node, op, input, output, range);
}

}  // namespace

Status Define(NodeBuilder& node, const Pool2d& op) {
  const Range range = ActivationRange(op.activation);
  if (op.kind == PoolKind::kMax) return DefineMaxPool(node, op, range);
  ECHOLENS_ASSIGN(const Value input, node.Input());
  if (input.int8()) return DefineAverageInt8(node, op, input, range);
  node.RunsAs("average_pooling_2d f32");
  return DefineAverage(node, op, input, node.output(), range);
}

Status Define(NodeBuilder& node, const Mean& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  node.RunsAs(input.int8() ? "static_mean qs8" : "static_mean f32");
  return DefineMean(node, input, node.output(), op.keep_dims);
}

}  // namespace echolens

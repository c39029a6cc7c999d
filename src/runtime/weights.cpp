#include "runtime/weights.h"

#include <string>

namespace echolens {
namespace {

Status CheckScales(const NodeBuilder& node, const Value& input, const std::vector<float>& scales) {
  for (std::size_t channel = 0; channel < scales.size(); ++channel) {
    const float ratio = input.scale * scales[channel] / node.output().scale;
    if (ratio < kMaxRequantization) continue;
    return node.Unsupported("input scale × filter scale / output scale is " +
                            std::to_string(ratio) + " in channel " + std::to_string(channel) +
                            ", expected under 256");
  }
  return Ok();
}

Result<std::uint32_t> DefineFloat(NodeBuilder& node, std::size_t i) {
  ECHOLENS_ASSIGN(const Value value, node.Input(i));
  return value.id;
}

}  // namespace

Result<Weights> DefineWeights(NodeBuilder& node, const Value& input, std::size_t axis) {
  Weights weights;
  weights.int8 = input.int8();
  if (!weights.int8) {
    ECHOLENS_ASSIGN(weights.filter, DefineFloat(node, 1));
    if (node.has_input(2)) {
      ECHOLENS_ASSIGN(weights.bias, DefineFloat(node, 2));
    }
    return weights;
  }

  SubgraphBuilder& builder = node.builder();
  const TensorInfo& filter = node.input_info(1);
  const auto channels = static_cast<std::size_t>(filter.shape[axis]);
  std::vector<float> scales = filter.quantization.scales;
  scales.resize(channels, filter.quantization.scales[0]);  // one for all becomes one a channel
  ECHOLENS_CHECK(CheckScales(node, input, scales));
  ECHOLENS_ASSIGN(const void* filter_data, builder.ConstantData(node.input_id(1)));
  ECHOLENS_ASSIGN(weights.filter, builder.ChannelwiseStatic(DataType::kInt8, filter.shape, axis,
                                                            filter_data, std::move(scales)));
  if (node.has_input(2)) {
    // A bias is in units of input scale × filter scale; XNNPACK wants scales beside it and reads
    // none.
    ECHOLENS_ASSIGN(const void* bias_data, builder.ConstantData(node.input_id(2)));
    ECHOLENS_ASSIGN(weights.bias,
                    builder.ChannelwiseStatic(DataType::kInt32, node.input_info(2).shape, 0,
                                              bias_data, std::vector<float>(channels, 1.0F)));
  }
  return weights;
}

}  // namespace echolens

#include "runtime/weights.h"

#include <cmath>
#include <string>

namespace echolens {
namespace {

Status CheckScales(const NodeBuilder& node, const Value& input, const std::vector<float>& scales) {
  for (std::size_t channel = 0; channel < scales.size(); ++channel) {
    const float ratio = input.scale * scales[channel] / node.output().scale;
    if (!std::isnormal(scales[channel]) || !(ratio < 256.0F)) {
      return node.Unsupported(
          "filter scale " + std::to_string(scales[channel]) + " of channel " +
          std::to_string(channel) +
          ": input scale × filter scale / output scale must be under 256, got " +
          std::to_string(ratio));
    }
  }
  return Ok();
}

Result<std::uint32_t> DefineFloat(NodeBuilder& node, std::size_t i) {
  ECHOLENS_ASSIGN(const Value value, node.Input(i));
  return value.id;
}

}  // namespace

Result<Weights> DefineWeights(NodeBuilder& node, const Value& input, std::size_t axis) {
  const TensorInfo& filter = node.input_info(1);
  const bool int8 = input.int8();
  const auto expect = [&](std::size_t i, DataType type) -> Status {
    const TensorInfo& info = node.input_info(i);
    if (!info.constant()) {
      return node.Unsupported("tensor '" + info.name + "' is computed: expected constant weights");
    }
    if (info.type != type) {
      return node.Unsupported("tensor '" + info.name + "' is " + std::string(TypeName(info.type)) +
                              " beside a " + std::string(TypeName(input.type)) +
                              " activation: expected " + std::string(TypeName(type)));
    }
    return Ok();
  };
  ECHOLENS_CHECK(expect(1, int8 ? DataType::kInt8 : DataType::kFloat32));
  if (node.has_input(2)) {
    ECHOLENS_CHECK(expect(2, int8 ? DataType::kInt32 : DataType::kFloat32));
  }

  Weights weights;
  weights.int8 = int8;
  if (!int8) {
    ECHOLENS_ASSIGN(weights.filter, DefineFloat(node, 1));
    if (node.has_input(2)) {
      ECHOLENS_ASSIGN(weights.bias, DefineFloat(node, 2));
    }
    return weights;
  }

  SubgraphBuilder& builder = node.builder();
  const auto channels = static_cast<std::size_t>(filter.shape[axis]);
  std::vector<float> scales = filter.quantization.scales;
  if (scales.size() == 1) scales.assign(channels, scales[0]);
  if (scales.size() != channels) {
    return node.Unsupported("filter '" + filter.name + "' has " + std::to_string(scales.size()) +
                            " scales: expected 1 or " + std::to_string(channels));
  }
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

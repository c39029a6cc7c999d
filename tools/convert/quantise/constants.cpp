#include "convert/quantise/constants.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace echolens::convert {
namespace {

constexpr double kWeightSteps = 127;
constexpr double kBiasSteps = 0x1.0p+30;       // half of int32: sums need room too
constexpr double kFinestSum = 0x1.0p-24;       // of an output step
constexpr double kSmallestScale = 0x1.0p-120;  // products with it are still normal numbers

template <class T>
std::vector<std::uint8_t> RawBytes(std::span<const T> values) {
  std::vector<std::uint8_t> bytes(values.size_bytes());
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <class T>
T Rounded(double value, double low, double high) {
  return static_cast<T>(std::clamp(std::nearbyint(value), low, high));
}

}  // namespace

std::optional<std::size_t> OutputAxis(const Operator& op) {
  using Axis = std::optional<std::size_t>;
  return std::visit(
      Overloaded{[](const Conv2d&) { return Axis(0); },
                 [](const DepthwiseConv2d&) { return Axis(3); },
                 [](const FullyConnected&) { return Axis(0); }, [](const auto&) { return Axis(); }},
      op);
}

std::vector<float> Floats(const TensorInfo& constant) {
  std::vector<float> values(constant.data.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), constant.data.data(), constant.data.size());
  return values;
}

std::vector<std::uint8_t> Bytes(std::span<const float> values) { return RawBytes(values); }

std::vector<std::size_t> Channels(const Shape& shape, std::size_t axis) {
  std::size_t inner = 1;  // elements between one channel and the next
  for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  const auto count = static_cast<std::size_t>(shape[axis]);
  std::vector<std::size_t> channels(static_cast<std::size_t>(ElementCount(shape)));
  for (std::size_t i = 0; i < channels.size(); ++i) channels[i] = i / inner % count;
  return channels;
}

std::vector<float> ChannelPeaks(const TensorInfo& weights, std::size_t axis) {
  const std::vector<float> values = Floats(weights);
  const std::vector<std::size_t> channels = Channels(weights.shape, axis);
  std::vector<float> peaks(static_cast<std::size_t>(weights.shape[axis]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    peaks[channels[i]] = std::max(peaks[channels[i]], std::abs(values[i]));
  }
  return peaks;
}

std::vector<float> WeightScales(std::span<const float> peaks, std::span<const float> bias,
                                float input_scale, float output_scale) {
  const double finest = kFinestSum * output_scale / input_scale;
  const double normal = kSmallestScale / std::min(1.0, double{input_scale});
  std::vector<float> scales;
  for (std::size_t c = 0; c < peaks.size(); ++c) {
    const double room = bias.empty() ? 0 : std::abs(double{bias[c]}) / kBiasSteps / input_scale;
    const double scale = std::max({peaks[c] / kWeightSteps, room, finest, normal});
    scales.push_back(
        static_cast<float>(std::min(scale, double{std::numeric_limits<float>::max()})));
  }
  return scales;
}

TensorInfo QuantiseWeights(const TensorInfo& weights, std::size_t axis,
                           const std::vector<float>& scales) {
  const std::vector<float> values = Floats(weights);
  const std::vector<std::size_t> channels = Channels(weights.shape, axis);
  std::vector<std::int8_t> stored(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    stored[i] =
        Rounded<std::int8_t>(double{values[i]} / scales[channels[i]], -kWeightSteps, kWeightSteps);
  }
  const std::vector<std::int32_t> zero_points(scales.size());
  return {weights.name,
          DataType::kInt8,
          weights.shape,
          {scales, zero_points, static_cast<int>(axis)},
          RawBytes<std::int8_t>(stored)};
}

TensorInfo QuantiseBias(const TensorInfo& bias, float input_scale,
                        const std::vector<float>& weight_scales) {
  constexpr auto kMost = double{std::numeric_limits<std::int32_t>::max()};
  const std::vector<float> values = Floats(bias);
  Quantization quantization{{}, std::vector<std::int32_t>(values.size()), 0};
  std::vector<std::int32_t> stored;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const float scale = input_scale * weight_scales[c];
    quantization.scales.push_back(scale);
    stored.push_back(Rounded<std::int32_t>(double{values[c]} / scale, -kMost, kMost));
  }
  return {bias.name, DataType::kInt32, bias.shape, std::move(quantization),
          RawBytes<std::int32_t>(stored)};
}

TensorInfo QuantiseOperand(const TensorInfo& operand, const Quantization& quantization) {
  std::vector<std::int8_t> stored;
  for (const float value : Floats(operand)) {
    const double steps = double{value} / quantization.scales[0] + quantization.zero_points[0];
    stored.push_back(Rounded<std::int8_t>(steps, -128, 127));
  }
  return {operand.name, DataType::kInt8, operand.shape, quantization,
          RawBytes<std::int8_t>(stored)};
}

}  // namespace echolens::convert

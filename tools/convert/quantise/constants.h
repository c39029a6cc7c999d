// Weights, biases and other constants of a graph, as float32 and as int8.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// The axis of a node's weights (input 1) that counts its output channels; none: it has no weights.
std::optional<std::size_t> OutputAxis(const Operator& op);

// A float32 constant's values, and a constant's data made of values.
std::vector<float> Floats(const TensorInfo& constant);
std::vector<std::uint8_t> Bytes(std::span<const float> values);

// The channel along `axis` of every element in turn.
std::vector<std::size_t> Channels(const Shape& shape, std::size_t axis);

// The largest magnitude in each channel.
std::vector<float> ChannelPeaks(const TensorInfo& weights, std::size_t axis);

// One scale a channel. Usually peak / 127; never so small that the bias leaves the middle half of
// int32 (so does TensorFlow's quantiser), or that a filter of nothing but zeros has none: sums
// finer than 2^-24 of an output step are of no use.
std::vector<float> WeightScales(std::span<const float> peaks, std::span<const float> bias,
                                float input_scale, float output_scale);

// To −127 … 127, rounded to nearest, ties to even; `scales` one a channel along `axis`.
TensorInfo QuantiseWeights(const TensorInfo& weights, std::size_t axis,
                           const std::vector<float>& scales);

// To int32 in units of input scale × weight scale.
TensorInfo QuantiseBias(const TensorInfo& bias, float input_scale,
                        const std::vector<float>& weight_scales);

// An operand of a sum or product.
TensorInfo QuantiseOperand(const TensorInfo& operand, const Quantization& quantization);

}  // namespace echolens::convert

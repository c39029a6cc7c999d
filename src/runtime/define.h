// One function an operator family, each in its own define_*.cpp. The graph has passed CheckGraph.
// Errors of all: kModelUnsupported, naming the node; kOutOfMemory.
#pragma once

#include "runtime/builder.h"

namespace echolens {

Status Define(NodeBuilder& node, const Conv2d& op);
Status Define(NodeBuilder& node, const DepthwiseConv2d& op);
Status Define(NodeBuilder& node, const FullyConnected& op);
Status Define(NodeBuilder& node, const Pool2d& op);
Status Define(NodeBuilder& node, const Mean& op);
Status Define(NodeBuilder& node, const Binary& op);
Status Define(NodeBuilder& node, const Pad& op);
Status Define(NodeBuilder& node, const Concatenation& op);
Status Define(NodeBuilder& node, const Reshape& op);
Status Define(NodeBuilder& node, const Slice& op);
Status Define(NodeBuilder& node, const Permute& op);
Status Define(NodeBuilder& node, const ResizeBilinear& op);
Status Define(NodeBuilder& node, const Unary& op);
Status Define(NodeBuilder& node, const Softmax& op);
Status Define(NodeBuilder& node, const Quantize& op);
Status Define(NodeBuilder& node, const Dequantize& op);

// Between one value and another of the same shape: quantise, dequantise or requantise.
Status DefineConvert(NodeBuilder& node, const Value& from, const Value& to);

// `value` itself, or converted to float32.
Result<Value> AsFloat(NodeBuilder& node, const Value& value);

// `value` itself, or an int8 value requantised to the scale and zero point of `like`.
Result<Value> QuantizedLike(NodeBuilder& node, const Value& value, const Value& like);

// Clamps one value into another of the same type and quantisation.
Status DefineClamp(NodeBuilder& node, const Value& from, const Value& to, Range range);

// The input, requantised where the operator needs input and output quantised alike.
Result<Value> InputLikeOutput(NodeBuilder& node, std::size_t i = 0);

inline std::uint32_t Unsigned(int value) { return static_cast<std::uint32_t>(value); }

}  // namespace echolens

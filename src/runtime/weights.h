// Filters and biases of convolutions and dense layers.
#pragma once

#include <cstdint>

#include "runtime/builder.h"

namespace echolens {

// XNNPACK's limit on input scale × filter scale / output scale.
inline constexpr float kMaxRequantization = 256;

struct Weights {
  std::uint32_t filter = XNN_INVALID_VALUE_ID;
  std::uint32_t bias = XNN_INVALID_VALUE_ID;  // optional
  bool int8 = false;

  const char* TypeText() const { return int8 ? " qs8_qc8w" : " f32"; }
};

// Input 1 of the node as its filter, output channels along `axis`, and input 2 as its bias.
//
// An int8 filter always gets one scale a channel, one for all being copied: XNNPACK's per-tensor
// kernels round differently on ARM, the per-channel ones alike everywhere (fp32 requantisation).
//
// Errors: kModelUnsupported where the scales are over that limit; kOutOfMemory.
Result<Weights> DefineWeights(NodeBuilder& node, const Value& input, std::size_t axis);

}  // namespace echolens

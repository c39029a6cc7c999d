// Geometry of sliding windows, by TensorFlow's rules.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/graph.h"

namespace echolens {

// Rows or columns of padding that SAME adds in all; the odd one goes behind (bottom, right).
constexpr std::int64_t SamePadding(std::int64_t input, std::int64_t window, std::int64_t stride,
                                   std::int64_t dilation = 1) {
  const std::int64_t output = (input + stride - 1) / stride;
  const std::int64_t reach = (window - 1) * dilation + 1;
  return std::max<std::int64_t>((output - 1) * stride + reach - input, 0);
}

// True if no window of the pool reaches past the border of an NHWC input.
constexpr bool StaysInside(const Pool2d& op, const Shape& input) {
  return op.padding == Padding::kValid || (SamePadding(input[1], op.size[0], op.stride[0]) == 0 &&
                                           SamePadding(input[2], op.size[1], op.stride[1]) == 0);
}

}  // namespace echolens

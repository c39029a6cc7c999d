// Geometry of sliding windows over NHWC images, by TensorFlow's rules.
#pragma once

#include <array>
#include <cstdint>

#include "model/graph.h"

namespace echolens {

// Rows and columns added around an image.
struct Margins {
  std::uint32_t top = 0, right = 0, bottom = 0, left = 0;

  bool none() const { return (top | right | bottom | left) == 0; }
};

// What SAME adds: as little as makes the output ceil(input / stride), the odd row or column behind.
//
// XNNPACK can work this out by itself (XNN_FLAG_TENSORFLOW_SAME_PADDING), but wrongly where a
// stride is larger than the window: the difference wraps around below zero.
Margins PaddingMargins(Padding padding, const Shape& input, std::array<int, 2> window,
                       std::array<int, 2> stride, std::array<int, 2> dilation = {1, 1});

}  // namespace echolens

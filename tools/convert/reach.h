// How far windows reach over the edge of a picture.
#pragma once

#include <array>

#include "convert/source.h"

namespace echolens::convert {

// Rows and columns over the edge that windows read; what a border adds beyond is left out.
struct Reach {
  std::array<int, 2> before{0, 0}, after{0, 0};  // height, width

  bool none() const { return *this == Reach{}; }
  bool operator==(const Reach&) const = default;
};

Reach ReachOf(const Border& border, const Shape& input, const std::array<int, 2>& size,
              const std::array<int, 2>& stride, const std::array<int, 2>& dilation);

}  // namespace echolens::convert

#include "runtime/window.h"

#include <algorithm>

namespace echolens {
namespace {

std::uint32_t SamePadding(std::int64_t input, std::int64_t window, std::int64_t stride,
                          std::int64_t dilation) {
  const std::int64_t output = (input + stride - 1) / stride;
  const std::int64_t reach = (window - 1) * dilation + 1;
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>((output - 1) * stride + reach - input, 0));
}

}  // namespace

Margins PaddingMargins(Padding padding, const Shape& input, std::array<int, 2> window,
                       std::array<int, 2> stride, std::array<int, 2> dilation) {
  if (padding == Padding::kValid) return {};
  const std::uint32_t rows = SamePadding(input[1], window[0], stride[0], dilation[0]);
  const std::uint32_t columns = SamePadding(input[2], window[1], stride[1], dilation[1]);
  return {.top = rows / 2,
          .right = columns - columns / 2,
          .bottom = rows - rows / 2,
          .left = columns / 2};
}

}  // namespace echolens

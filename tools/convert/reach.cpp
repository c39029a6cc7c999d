#include "convert/reach.h"

#include <algorithm>

namespace echolens::convert {

Reach ReachOf(const Border& border, const Shape& input, const std::array<int, 2>& size,
              const std::array<int, 2>& stride, const std::array<int, 2>& dilation) {
  Reach reach;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const int window = (size[axis] - 1) * dilation[axis] + 1;
    const BorderSize edge = BorderOf(border, axis, input[axis + 1], window, stride[axis]);
    const int end = (edge.output - 1) * stride[axis] + window;
    reach.before[axis] = edge.before;
    reach.after[axis] = std::max(end - edge.before - input[axis + 1], 0);
  }
  return reach;
}

}  // namespace echolens::convert

#include "convert/fold/numbers.h"

#include <algorithm>
#include <cmath>

namespace echolens::convert {

Status CheckFinite(const std::vector<float>& values, const std::string& place) {
  if (std::ranges::all_of(values, [](float x) { return std::isfinite(x); })) return Ok();
  return Error{ErrorCode::kSourceUnsupported,
               place +
                   ": folding its neighbours into it gives a weight that is too large for "
                   "float32; train or export it with smaller weights"};
}

Result<std::vector<float>> Rounded(const std::vector<double>& values, const std::string& place) {
  std::vector<float> rounded(values.begin(), values.end());
  ECHOLENS_CHECK(CheckFinite(rounded, place));
  return rounded;
}

std::vector<std::size_t> TransposedOrder(const Shape& shape, const std::vector<int>& permutation) {
  std::vector<std::size_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) {
    strides[i - 1] = strides[i] * static_cast<std::size_t>(shape[i]);
  }
  std::vector<std::size_t> order{0};
  for (const int axis : permutation) {  // every element so far, at each place along the axis
    const auto along = static_cast<std::size_t>(axis);
    std::vector<std::size_t> longer;
    for (const std::size_t from : order) {
      for (std::size_t k = 0; k < static_cast<std::size_t>(shape[along]); ++k) {
        longer.push_back(from + k * strides[along]);
      }
    }
    order = std::move(longer);
  }
  return order;
}

}  // namespace echolens::convert

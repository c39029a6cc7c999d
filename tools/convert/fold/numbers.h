// Arithmetic that several rules need.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "convert/source.h"

namespace echolens::convert {

// Errors: kSourceUnsupported, naming the layer: a number has left float32's range.
Status CheckFinite(const std::vector<float>& values, const std::string& place);

// In float32. Errors: as CheckFinite.
Result<std::vector<float>> Rounded(const std::vector<double>& values, const std::string& place);

// By element of the transposed tensor: which element of the original it is.
std::vector<std::size_t> TransposedOrder(const Shape& shape, const std::vector<int>& permutation);

// The value for channel c of `values`, which are one or one a channel.
inline double ForChannel(const std::vector<double>& values, std::size_t c) {
  return values[values.size() == 1 ? 0 : c];
}

}  // namespace echolens::convert

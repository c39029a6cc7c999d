// PNG files, for pictures that people look at and other programs read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "result.h"

namespace echolens::tools {

// An 8-bit PNG file of width × height pixels, row by row without gaps, of 1 (grey), 2 (grey,
// alpha), 3 (red, green, blue) or 4 (with alpha) samples. The same pixels give the same bytes.
// Errors: kInvalidArgument (`samples` does not hold just these pixels, or more than 1 GB of them),
// kOutOfMemory.
Result<std::vector<std::uint8_t>> PngFile(int width, int height, int channels,
                                          std::span<const std::uint8_t> samples);

}  // namespace echolens::tools

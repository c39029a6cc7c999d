// The simplest image file there is, for pictures that the program makes itself.
#pragma once

#include <cstdint>
#include <vector>

#include "image/decode.h"

namespace echolens::tools {

// A grey picture as an uncompressed 8-bit BMP file with a grey palette (BITMAPINFOHEADER).
std::vector<std::uint8_t> BmpFile(const GreyImage& image);

}  // namespace echolens::tools

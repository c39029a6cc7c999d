// Antialiased resize in integer arithmetic: the same bytes natively and in WebAssembly.
#pragma once

#include "image/decode.h"

namespace echolens {

// Triangle filter whose support grows with the reduction factor, separable, 8-bit intermediate: the
// method of Pillow's Image.resize(..., BILINEAR), and equal to it byte for byte. Errors:
// kInvalidArgument (a side under 1), kOutOfMemory.
Result<GreyImage> Resize(const GreyImage& image, int width, int height);

}  // namespace echolens

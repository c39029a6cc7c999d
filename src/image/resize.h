// Antialiased resize in integer arithmetic: the same bytes natively and in WebAssembly.
#pragma once

#include "image/decode.h"

namespace echolens {

// Triangle filter whose support grows with the reduction factor, separable, rows first, 8-bit
// intermediate: the method of Pillow's Image.resize(..., BILINEAR), and equal to it byte for byte.
// (Pillow 13 begins with the columns of some shapes, among letterboxed pictures those more than
// twice as tall as wide: there a pixel may differ by 1.) Errors: kInvalidArgument (a side under 1),
// kOutOfMemory.
Result<GreyImage> Resize(const GreyImage& image, int width, int height);

}  // namespace echolens

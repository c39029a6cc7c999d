// A part of a picture: one panel of several, a frame without the text beside it.
#pragma once

#include "image/decode.h"

namespace echolens {

// Rectangle in pixels of the upright picture.
struct Region {
  int x = 0, y = 0, width = 0, height = 0;
};

// A copy of the region alone. Errors: kInvalidArgument (it has no pixels, or lies beyond the
// picture), kOutOfMemory.
Result<GreyImage> Crop(const GreyImage& image, const Region& region);
Result<DecodedImage> Crop(const DecodedImage& image, const Region& region);

}  // namespace echolens

// Turns a stored picture the way up that its EXIF orientation says.
#pragma once

#include "image/decode.h"

namespace echolens {

// `orientation` is EXIF's 1 … 8; 1 gives the picture back as it came. Errors: kOutOfMemory.
Result<DecodedImage> Upright(DecodedImage stored, int orientation);

}  // namespace echolens

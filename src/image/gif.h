// GIF files.
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// Size of the logical screen. Errors: kImageCorrupt.
Result<ImageHeader> ReadGifHeader(Bytes file);

// The first frame on its screen; transparent pixels and those outside of the frame are black, as
// alpha 0 is in other formats. The blocks of the whole file are walked to its trailer, and the
// first frame's codes must fill the frame. Errors: kImageCorrupt, kOutOfMemory.
Result<DecodedImage> DecodeGif(Bytes file, const ImageHeader& header);

// Whether others follow the first frame, of a file that DecodeGif reads.
bool AnimatedGif(Bytes file);

}  // namespace echolens

// JPEG files.
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// Size and EXIF orientation from the segments before the picture. Errors: kImageCorrupt,
// kImageUnsupported (lossless, hierarchical, arithmetic coding, 12 bits).
Result<ImageHeader> ReadJpegHeader(Bytes file);

// Baseline, extended and progressive JPEG (ITU-T T.81) of 8 bits: grey, YCbCr, RGB, and Adobe's
// CMYK and YCCK. The whole file is checked down to the last Huffman code, so that one that was cut
// or lost a piece is refused; a file without the end marker is one that was cut. What follows the
// end marker is ignored (cameras append previews). Errors: kImageCorrupt, kImageUnsupported,
// kOutOfMemory.
Result<DecodedImage> DecodeJpeg(Bytes file, const ImageHeader& header);

}  // namespace echolens

// BMP files.
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// Size from the information header. Errors: kImageCorrupt, kImageUnsupported (OS/2 and other rare
// headers).
Result<ImageHeader> ReadBmpHeader(Bytes file);

// Windows BMP, uncompressed: 1, 4 or 8 bits with a palette, 16, 24, 32 bits; either row order. All
// rows must be there. The fourth byte of 32 bits is alpha only where a mask says so. Errors:
// kImageCorrupt, kImageUnsupported (run-length coding, embedded JPEG or PNG), kOutOfMemory.
Result<DecodedImage> DecodeBmp(Bytes file, const ImageHeader& header);

}  // namespace echolens

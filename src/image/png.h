// PNG files.
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// Size from the header chunk. Errors: kImageCorrupt, kImageUnsupported (Apple's variant).
Result<ImageHeader> ReadPngHeader(Bytes file);

// Every kind of the PNG specification (third edition): all colour types and depths, interlaced or
// not; of an animation the still picture. The whole file is checked: order of the chunks, the
// CRC-32 of each, zlib's checksum, IEND. What follows IEND is ignored. Errors: kImageCorrupt,
// kImageUnsupported (a critical chunk of no known kind; greys of fewer bits kept in 16 as they are,
// which are nearly black), kOutOfMemory.
Result<DecodedImage> DecodePng(Bytes file, const ImageHeader& header);

// Whether the still picture is followed by others (an acTL chunk of the specification's third
// edition), of a file that DecodePng reads.
bool AnimatedPng(Bytes file);

}  // namespace echolens

// stb_image: the pixels of a JPEG, and zlib. It is lenient and trusts the file more than we do, so
// each caller has checked the file's structure first; and it has bugs in the formats that are
// simple enough to read here (BMP with a gap, colours beyond a palette, recursion in GIF).
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// The grey picture of a whole JPEG file, as stored: of the size that `header` says, decoded to 1
// (grey) or 3 samples (colour) a pixel. Errors: kImageCorrupt, kOutOfMemory.
Result<DecodedImage> DecodeJpegPixels(Bytes file, const ImageHeader& header, int channels);

// Fills `out` from a zlib stream (RFC 1950) that must hold exactly as many bytes; its checksum is
// not looked at. False when the stream is damaged, shorter or longer.
bool Inflate(Bytes zlib, std::span<std::uint8_t> out);

}  // namespace echolens

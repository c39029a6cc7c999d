// stb_image, the only place that knows of it. Its decoders are lenient and trust the file more than
// we do: each caller has checked the file's structure first.
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// The grey picture of a whole JPEG or GIF file (first frame), as stored. The file must be of
// the format and size of `header` and is decoded to `channels` samples a pixel: 1 grey, 3 colour,
// 4 colour and alpha. Errors: kImageCorrupt, kOutOfMemory.
Result<GreyImage> DecodeWithStb(Bytes file, const ImageHeader& header, int channels);

// Fills `out` from a zlib stream (RFC 1950) that must hold exactly as many bytes; its checksum is
// not looked at. False when the stream is damaged, shorter or longer.
bool Inflate(Bytes zlib, std::span<std::uint8_t> out);

}  // namespace echolens

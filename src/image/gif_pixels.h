// The LZW codes of a GIF frame (GIF89a, appendix F).
#pragma once

#include "image/bytes.h"
#include "result.h"

namespace echolens {

// Fills `pixels` with colour numbers from the codes whose minimum size stands at `at`, blocks
// behind it. How many there were: fewer than asked for where the codes end before. Errors:
// kImageCorrupt (a code before it was made).
Result<std::size_t> ReadGifPixels(Bytes file, std::size_t at, std::span<std::uint8_t> pixels);

}  // namespace echolens

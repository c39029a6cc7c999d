// How many pixels a GIF frame's codes stand for: the decoder does not say.
#pragma once

#include "image/bytes.h"
#include "result.h"

namespace echolens {

// Follows the LZW codes (GIF89a, appendix F) whose minimum code size stands at `at`, blocks behind
// it, to the end code, the end of the blocks or `enough` pixels. Errors: kImageCorrupt (a code
// before it was made), kImageUnsupported (a code table kept full for too long).
Result<std::int64_t> CountGifPixels(Bytes file, std::size_t at, std::int64_t enough);

}  // namespace echolens

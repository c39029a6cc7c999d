// What a file is, by its first bytes.
#pragma once

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

// Errors: kImageEmpty; kImageUnsupported for what we know but do not read, with what to do;
// kImageCorrupt for a file that ends within a signature; kImageUnrecognised.
Result<ImageFormat> SniffFormat(Bytes file);

}  // namespace echolens

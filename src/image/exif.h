// The one thing that we want from EXIF: which way up the picture is.
#pragma once

#include "image/bytes.h"

namespace echolens {

// Orientation 1 … 8 from the data of a JPEG's APP1 segment (CIPA DC-008: "Exif", two zeros, a TIFF
// header, IFD 0, tag 0x0112). 1 when there is none or the block is damaged, as in browsers: the
// pixels are none the worse for it.
int ExifOrientation(Bytes app1);

// Is this APP1 segment EXIF at all? (It may be XMP.)
bool IsExif(Bytes app1);

}  // namespace echolens

// Does a picture show several pictures?
#pragma once

#include "image/decode.h"

namespace echolens {

// How many panels stand side by side, or one above the other if those are more: textured parts of
// the picture with an empty gutter or a seam (seam.h) between them, all its height (or width) long.
// 0 or 1 where there is one picture. A heuristic: gutters with writing across them, sector pictures
// that overlap, and some panels that touch go unnoticed; a wide block of writing beside a picture
// counts as one.
int CountPanels(const GreyImage& picture);

}  // namespace echolens

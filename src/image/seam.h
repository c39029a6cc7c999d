// Lines along which one picture ends and the next begins, with nothing between them.
#pragma once

#include <vector>

#include "image/crop.h"

namespace echolens {

// Columns of `picture` between which and the one before it the picture breaks off, all along the
// height of `content`, the part of the picture that is not empty: where two pictures touch side by
// side. Ascending; a seam may be told by two or three columns next to each other. Seams of pictures
// enlarged by more than half are too soft to be noticed.
std::vector<int> ColumnSeams(const GreyImage& picture, const Region& content);

// The same for rows: two pictures one above the other.
std::vector<int> RowSeams(const GreyImage& picture, const Region& content);

}  // namespace echolens

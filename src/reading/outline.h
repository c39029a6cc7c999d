// The outline of what the lesion map takes for the lesion.
#pragma once

#include <vector>

#include "reading/maps.h"

namespace echolens {

struct Point {
  double x, y;  // continuous pixel coordinates of the picture: the centre of the first pixel is .5
};

// A closed polygon: the last point is joined to the first.
using Ring = std::vector<Point>;

// P(lesion) at least this belongs to the lesion.
inline constexpr double kLesionLevel = 0.5;

// The level set at kLesionLevel, interpolated bilinearly, around the largest connected part of the
// map inside its region: first the ring that goes round it, then the rings of its holes (filled by
// the even-odd rule). Nothing where the map stays under the level. Points lie in the region, on its
// border where the lesion goes beyond.
//
// Method: marching squares (Maple 2003, "Geometric design and space planning using the marching
// squares and marching cube algorithms") on the centres and the borders of the cells. Two corners
// that only touch across a square do not belong together.
std::vector<Ring> LesionOutline(const Map& lesion);

}  // namespace echolens

// The close-up: a second look at what the network took for the lesion, larger and with what
// surrounds it. A whole picture at 224 pixels shows a small lesion's margin hardly at all.
#pragma once

#include "image/preprocess.h"
#include "reading/maps.h"
#include "result.h"

namespace echolens {

// Side of the close-up in those of the lesion, so that as much is around it as in training.
inline constexpr double kCloseUpSide = 2;

// The smallest side, in the longer ones of the whole: nothing is enlarged more than threefold.
inline constexpr double kCloseUpSmallest = 1.0 / 3;

// What to look at closely, in pixels of the picture, inside the map's region: a square around what
// hangs together with the map's maximum over half of it, cut off and moved inwards where the region
// ends. The whole region where the lesion takes half of it. The map holds P(lesion), finite.
Region CloseUpRegion(const Map& lesion);

// That region out of `picture`, whose first pixel is `origin`'s; its geometry is in pixels of the
// whole picture. Errors: those of Crop and Preprocess.
Result<NetworkImage> LookCloser(const GreyImage& picture, const Region& origin,
                                const Region& region, const Preprocessing& preprocessing);

// A close-up's map in the place of one of all of `whole`: its values where it looked, 0 elsewhere,
// in cells of (about) the same size.
Map Placed(const Map& close_up, const Region& whole);

}  // namespace echolens

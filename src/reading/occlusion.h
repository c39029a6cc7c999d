// Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks": cover a part of
// the picture, and see how the answer falls. It asks nothing of the network, so every model has it.
#pragma once

#include <cstdint>
#include <vector>

#include "image/decode.h"
#include "reading/maps.h"

namespace echolens {

// Cells a side. 14 makes a cell 16 pixels of a 224-pixel network, half a place of its last feature
// map, and some 200 patches, which take seconds; finer maps cost more and say the same, as a patch
// is larger than a cell.
inline constexpr int kOcclusionCells = 14;

// A patch is two cells a side, so that neighbours overlap and no border between patches runs
// through a lesion in all of them.
inline constexpr int kPatchCells = 2;

// The grey of a patch is the mean over this many times its sides: of a patch alone it would be the
// lesion's own grey, and a lesion covered by it would still be there.
inline constexpr int kSurroundings = 2;

// Part of the network's picture, in its pixels.
struct Patch {
  int x = 0, y = 0, width = 0, height = 0;
};

// The patch of every cell, row by row, cut off where the analysed region ends; of no size where a
// cell's patch holds nothing of it. At most a cell a pixel.
struct Patches {
  Map map;  // without values
  std::vector<Patch> patches;
};
Patches OcclusionPatches(const NetworkImage& picture);

// A patch of one network picture in another one of the same picture; of no size where the other
// does not show it.
Patch InPicture(const Patch& patch, const Geometry& from, const NetworkImage& to);

// The picture with the patch in the mean grey of its surroundings, as far as they lie in the
// region.
GreyImage Covered(const NetworkImage& picture, const Patch& patch);

}  // namespace echolens

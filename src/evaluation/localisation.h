// Where the network looked against where the lesion is: figures over a map and a mask of one image.
// Chance and the picture's centre stand beside them, as lesions are large and lie in the middle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "image/decode.h"
#include "reading/maps.h"
#include "reading/outline.h"
#include "result.h"

namespace echolens {

// The pointing game (Zhang et al. 2016, "Top-down Neural Attention by Excitation Backprop"): is the
// map's maximum inside the mask? Means over images are the figures.
struct Pointing {
  bool inside = false;         // the centre of the cell with the largest value, the first of equals
  bool centre_inside = false;  // the picture's centre
  double chance = 0;           // the mask's share of the picture
};

// Only cells whose centre lies in the map's region take part. `mask` is of the picture's size;
// pixels of 128 and more are lesion. Errors: kInvalidArgument (another size).
Result<Pointing> PointingGame(const Map& map, const GreyImage& mask);

// Dice coefficient of the outline, filled by the even-odd rule at the pixels' centres, and the
// mask: twice what they share over the sum of both; 1 where both are empty.
double Dice(const std::vector<Ring>& outline, const GreyImage& mask);

// The deletion check (after Petsiuk et al. 2018, "RISE"): cover the hottest tenth of the cells, and
// a random tenth, and see how far the score falls. A map that shows what decides makes the first
// fall larger.
struct Deletion {
  double hottest = 0, random = 0;  // falls of the score
};

// `score` is asked for the picture as it is and with cells covered: by the mean grey of the whole
// picture, so that nothing of the lesion's own grey stays. Only cells whose centre lies in the
// region take part; a tenth of them, at least one. The random ones follow from `seed` alone.
// Errors: those of `score`.
Result<Deletion> DeletionCheck(const GreyImage& picture, const Map& map, std::uint32_t seed,
                               const std::function<Result<double>(const GreyImage&)>& score);

}  // namespace echolens

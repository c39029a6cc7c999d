// Pictures with a map laid over them, for people to look at.
#pragma once

#include <cstdint>
#include <vector>

#include "image/decode.h"
#include "reading/maps.h"
#include "reading/outline.h"
#include "result.h"

namespace echolens::tools {

// The values that the first and the last colour stand for.
struct ColourRange {
  double low = 0, high = 1;
};

// From 0 to the largest value that the map has inside its region: what speaks against a label is
// left without colour.
ColourRange RangeFromZero(const Map& map);

struct Overlay {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  // red, green, blue, row by row
};

// The picture, which is the map's region, in grey, the map over it in the colours of viridis
// (reading/viridis.h), the more opaque the higher the value, so that the picture is left as it is
// where nothing is; the outline in white; to the right a bar of the colours with the numbers at its
// ends. The picture is drawn with its longer side between 512 and 2048 pixels. Errors:
// kOutOfMemory, kInvalidArgument (a picture without pixels).
Result<Overlay> DrawOverlay(const GreyImage& picture, const Map& map, const ColourRange& range,
                            const std::vector<Ring>& outline);

}  // namespace echolens::tools

// From a grey picture to the network's picture, keeping the geometry so that points map back.
#pragma once

#include <cstdint>
#include <vector>

#include "image/crop.h"
#include "image/decode.h"
#include "result.h"

namespace echolens {

enum class Fit : std::uint8_t {
  kLetterbox,  // aspect kept, centred, the rest filled with padding_value
  kStretch,    // both sides scaled to the network's
};

// How a picture becomes the network's input; part of the model file's metadata.
struct Preprocessing {
  int width = 0;  // of the network's input, pixels
  int height = 0;
  int channels = 1;  // 1, or 3: the grey value repeated
  Fit fit = Fit::kLetterbox;
  std::uint8_t padding_value = 0;
  // Input value of channel c = (pixel - mean[c]) * scale[c], pixel 0 … 255; one entry a channel.
  std::vector<float> mean{0.0f};
  std::vector<float> scale{1.0f};
};

// The affine map between network input and picture: picture = (input - offset) * step + region
// origin, both in continuous pixel coordinates (the centre of the first pixel is .5).
struct Geometry {
  double step_x = 1, step_y = 1;
  double offset_x = 0, offset_y = 0;
  Region region;  // what was analysed

  double PictureX(double input_x) const { return (input_x - offset_x) * step_x + region.x; }
  double PictureY(double input_y) const { return (input_y - offset_y) * step_y + region.y; }
};

struct NetworkImage {
  GreyImage image;  // preprocessing.width × preprocessing.height
  Geometry geometry;
};

// Resizes and pads the whole picture. Errors: kInvalidArgument, kOutOfMemory.
Result<NetworkImage> Preprocess(const GreyImage& picture, const Preprocessing& preprocessing);

// A 256-entry table a channel, table[c * 256 + pixel]: the float input value of each pixel value.
std::vector<float> InputValues(const Preprocessing& preprocessing);

}  // namespace echolens

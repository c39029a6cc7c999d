// From the samples of a file to grey, by the formulas that decode.h states.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "image/decode.h"

namespace echolens {

// ITU-R BT.601 luma, .299 R + .587 G + .114 B, in 16-bit fixed point.
inline std::uint8_t Luma(int red, int green, int blue) {
  return static_cast<std::uint8_t>((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
}

// A sample laid over black, to the nearest.
inline int OverBlack(int sample, int alpha) { return (sample * alpha + 127) / 255; }

// What a pixel becomes.
struct Shade {
  std::uint8_t grey = 0;
  bool coloured = false;  // as DecodedImage means it
};

inline Shade ShadeOf(int red, int green, int blue) {
  const auto [smallest, largest] = std::minmax({red, green, blue});
  return {Luma(red, green, blue), largest - smallest >= kColouredSpread};
}

// Of one pixel of 1 (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 channels.
inline Shade ShadeOf(const std::uint8_t* pixel, int channels) {
  switch (channels) {
    case 1: return {pixel[0]};
    case 2: return {static_cast<std::uint8_t>(OverBlack(pixel[0], pixel[1]))};
    case 3: return ShadeOf(pixel[0], pixel[1], pixel[2]);
    default:
      return ShadeOf(OverBlack(pixel[0], pixel[3]), OverBlack(pixel[1], pixel[3]),
                     OverBlack(pixel[2], pixel[3]));
  }
}

// A black picture of the header's size to be filled. Errors: kOutOfMemory.
Result<DecodedImage> BlankImage(const ImageHeader& header);

// `pixels` holds as many pixels as the header says, of `channels` samples. Errors: kOutOfMemory.
Result<DecodedImage> GreyFromPixels(const std::uint8_t* pixels, const ImageHeader& header,
                                    int channels);

}  // namespace echolens

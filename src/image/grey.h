// From the samples of a file to grey, by the formulas that decode.h states.
#pragma once

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

// The grey value of one pixel of 1 (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 channels.
inline std::uint8_t GreyOf(const std::uint8_t* pixel, int channels) {
  switch (channels) {
    case 1: return pixel[0];
    case 2: return static_cast<std::uint8_t>(OverBlack(pixel[0], pixel[1]));
    case 3: return Luma(pixel[0], pixel[1], pixel[2]);
    default:
      return Luma(OverBlack(pixel[0], pixel[3]), OverBlack(pixel[1], pixel[3]),
                  OverBlack(pixel[2], pixel[3]));
  }
}

// `pixels` holds width × height pixels of `channels` samples. Errors: kOutOfMemory.
Result<GreyImage> GreyFromPixels(const std::uint8_t* pixels, int width, int height, int channels);

}  // namespace echolens

#include "image/grey.h"

#include "image/allocate.h"

namespace echolens {

Result<GreyImage> GreyFromPixels(const std::uint8_t* pixels, int width, int height, int channels) {
  GreyImage grey{width, height, {}};
  ECHOLENS_ASSIGN(grey.pixels,
                  Allocate<std::uint8_t>(std::uint64_t(width) * std::uint64_t(height)));
  for (std::uint8_t& out : grey.pixels) {
    out = GreyOf(pixels, channels);
    pixels += channels;
  }
  return grey;
}

}  // namespace echolens

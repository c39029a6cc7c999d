#include "image/grey.h"

#include "image/allocate.h"

namespace echolens {

Result<DecodedImage> BlankImage(const ImageHeader& header) {
  DecodedImage image{header.format, {header.width, header.height, {}}};
  ECHOLENS_ASSIGN(image.grey.pixels, Allocate<std::uint8_t>(std::uint64_t(header.width) *
                                                            std::uint64_t(header.height)));
  return image;
}

Result<DecodedImage> GreyFromPixels(const std::uint8_t* pixels, const ImageHeader& header,
                                    int channels) {
  ECHOLENS_ASSIGN(DecodedImage image, BlankImage(header));
  for (std::uint8_t& out : image.grey.pixels) {
    const Shade shade = ShadeOf(pixels, channels);
    out = shade.grey;
    image.coloured += shade.coloured;
    pixels += channels;
  }
  return image;
}

}  // namespace echolens

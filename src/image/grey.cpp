#include "image/grey.h"

#include "image/allocate.h"

namespace echolens {

Result<DecodedImage> BlankImage(const ImageHeader& header) {
  DecodedImage image{header.format, {header.width, header.height, {}}, {}};
  const std::uint64_t pixels = std::uint64_t(header.width) * std::uint64_t(header.height);
  ECHOLENS_ASSIGN(image.grey.pixels, Allocate<std::uint8_t>(pixels));
  ECHOLENS_ASSIGN(image.coloured, Allocate<std::uint8_t>(pixels));
  return image;
}

Result<DecodedImage> GreyFromPixels(const std::uint8_t* pixels, const ImageHeader& header,
                                    int channels) {
  ECHOLENS_ASSIGN(DecodedImage image, BlankImage(header));
  for (std::size_t i = 0; i < image.grey.pixels.size(); ++i) {
    const Shade shade = ShadeOf(pixels, channels);
    image.grey.pixels[i] = shade.grey;
    image.coloured[i] = shade.coloured;
    pixels += channels;
  }
  return image;
}

}  // namespace echolens

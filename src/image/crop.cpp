#include "image/crop.h"

#include <algorithm>
#include <string>
#include <utility>

#include "image/allocate.h"

namespace echolens {
namespace {

// `from` belongs to a picture `stride` wide, in which the region lies.
Result<std::vector<std::uint8_t>> Part(const std::vector<std::uint8_t>& from, int stride,
                                       const Region& region) {
  ECHOLENS_ASSIGN(
      std::vector<std::uint8_t> part,
      Allocate<std::uint8_t>(std::uint64_t(region.width) * std::uint64_t(region.height)));
  auto out = part.begin();
  for (int y = region.y; y < region.y + region.height; ++y) {
    out = std::copy_n(from.begin() + std::ptrdiff_t{y} * stride + region.x, region.width, out);
  }
  return part;
}

}  // namespace

Result<GreyImage> Crop(const GreyImage& image, const Region& region) {
  const int width = image.width, height = image.height;
  const bool inside = region.x >= 0 && region.y >= 0 && region.width > 0 && region.height > 0 &&
                      region.width <= width - region.x && region.height <= height - region.y;
  if (!inside) {
    return Error{ErrorCode::kInvalidArgument,
                 "the region of " + std::to_string(region.width) + "×" +
                     std::to_string(region.height) + " pixels at " + std::to_string(region.x) +
                     ", " + std::to_string(region.y) + " does not lie in the picture of " +
                     std::to_string(width) + "×" + std::to_string(height)};
  }
  GreyImage part{region.width, region.height, {}};
  ECHOLENS_ASSIGN(part.pixels, Part(image.pixels, width, region));
  return part;
}

Result<DecodedImage> Crop(const DecodedImage& image, const Region& region) {
  ECHOLENS_ASSIGN(GreyImage grey, Crop(image.grey, region));
  ECHOLENS_ASSIGN(std::vector<std::uint8_t> coloured,
                  Part(image.coloured, image.grey.width, region));
  return DecodedImage{image.format, std::move(grey), std::move(coloured)};
}

}  // namespace echolens

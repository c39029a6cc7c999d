#include "image/crop.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace echolens {
namespace {

// Pixel (x, y) is 10 y + x; the diagonal is coloured.
DecodedImage Numbered(int width, int height) {
  DecodedImage image{ImageFormat::kPng, {width, height, {}}, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.grey.pixels.push_back(static_cast<std::uint8_t>(10 * y + x));
      image.coloured.push_back(x == y);
    }
  }
  return image;
}

using Pixels = std::vector<std::uint8_t>;

}  // namespace

TEST_CASE("a region is cut out with its colours") {
  const Result<DecodedImage> part = Crop(Numbered(5, 4), {1, 2, 3, 2});
  REQUIRE(part.ok());
  CHECK(part->grey.width == 3);
  CHECK(part->grey.height == 2);
  CHECK(part->grey.pixels == Pixels{21, 22, 23, 31, 32, 33});
  CHECK(part->coloured == Pixels{0, 1, 0, 0, 0, 1});
  const Result<DecodedImage> whole = Crop(Numbered(5, 4), {0, 0, 5, 4});
  REQUIRE(whole.ok());
  CHECK(whole->grey.pixels == Numbered(5, 4).grey.pixels);
}

TEST_CASE("a region that does not lie in the picture") {
  constexpr int kMost = std::numeric_limits<int>::max(), kLeast = std::numeric_limits<int>::min();
  for (const Region& region :
       {Region{-1, 0, 2, 2}, Region{0, -1, 2, 2}, Region{0, 0, 0, 2}, Region{0, 0, 2, 0},
        Region{0, 0, 6, 2}, Region{0, 0, 2, 5}, Region{4, 0, 2, 2}, Region{0, 3, 2, 2},
        Region{0, 0, -1, 2}, Region{kMost, 0, kMost, 2}, Region{kLeast, kLeast, kMost, kMost}}) {
    const Result<DecodedImage> part = Crop(Numbered(5, 4), region);
    REQUIRE(!part.ok());
    CHECK(part.error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(Crop(Numbered(5, 4), {4, 0, 2, 2}).error().detail ==
        "the region of 2×2 pixels at 4, 0 does not lie in the picture of 5×4");
}

}  // namespace echolens

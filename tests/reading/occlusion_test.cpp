#include "reading/occlusion.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace echolens {
namespace {

NetworkImage Letterboxed(int width, int height, int side, std::uint8_t padding = 0) {
  GreyImage picture{width, height, {}};
  std::mt19937 random(7);
  for (int i = 0; i < width * height; ++i) {
    picture.pixels.push_back(static_cast<std::uint8_t>(random()));
  }
  Preprocessing square;
  square.width = square.height = side;
  square.padding_value = padding;
  Result<NetworkImage> network = Preprocess(picture, square);
  REQUIRE(network.ok());
  return *std::move(network);
}

TEST_CASE("patches are two cells wide, and end where the picture ends") {
  const NetworkImage picture = Letterboxed(448, 224, 224);  // rows 56 to 167
  const auto [map, patches] = OcclusionPatches(picture);
  CHECK(map.width == 14);
  CHECK(map.height == 14);
  REQUIRE(patches.size() == 14 * 14);
  CHECK(patches[0].width == 0);  // in the padding
  const Patch middle = patches[6 * 14 + 6];
  CHECK(middle.x == 88);
  CHECK(middle.y == 88);
  CHECK(middle.width == 32);
  CHECK(middle.height == 32);
  const Patch corner = patches[3 * 14];  // its rows 40 to 71, of which 16 are picture
  CHECK(corner.x == 0);
  CHECK(corner.y == 56);
  CHECK(corner.width == 24);
  CHECK(corner.height == 16);
  for (const Patch& patch : patches) {
    if (patch.width == 0) continue;
    CHECK(patch.height > 0);
    CHECK(patch.x >= 0);
    CHECK(patch.x + patch.width <= 224);
    CHECK(patch.y >= 56);
    CHECK(patch.y + patch.height <= 168);
  }
}

TEST_CASE("small and odd networks have patches too, which cover all of the picture") {
  for (const int side : {1, 2, 6, 13, 97}) {
    CAPTURE(side);
    const NetworkImage picture = Letterboxed(50, 30, side);
    const auto [map, patches] = OcclusionPatches(picture);
    CHECK(map.width == std::min(side, kOcclusionCells));
    std::vector<int> covered(picture.image.pixels.size());
    for (const Patch& patch : patches) {
      for (int y = patch.y; y < patch.y + patch.height; ++y) {
        for (int x = patch.x; x < patch.x + patch.width; ++x) {
          ++covered[static_cast<std::size_t>(y * side + x)];
        }
      }
    }
    const int top = static_cast<int>(picture.geometry.offset_y);
    const int bottom = top + static_cast<int>(std::lround(30 / picture.geometry.step_y));
    for (int y = top; y < bottom; ++y) {
      for (int x = 0; x < side; ++x) CHECK(covered[static_cast<std::size_t>(y * side + x)] > 0);
    }
  }
}

TEST_CASE("a covered patch has the mean grey around it, the rest stays") {
  const NetworkImage picture = Letterboxed(64, 64, 64);
  const Patch patch{20, 30, 8, 6};
  const GreyImage covered = Covered(picture, patch);
  int sum = 0;  // twice the sides: 16 × 12
  for (int y = 27; y < 39; ++y) {
    for (int x = 16; x < 32; ++x) sum += picture.image.pixels[static_cast<std::size_t>(y * 64 + x)];
  }
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      const std::size_t i = static_cast<std::size_t>(y * 64 + x);
      const bool inside = x >= 20 && x < 28 && y >= 30 && y < 36;
      REQUIRE(covered.pixels[i] == (inside ? (sum + 96) / 192 : picture.image.pixels[i]));
    }
  }
}

TEST_CASE("padding is neither covered nor counted") {
  const NetworkImage picture = Letterboxed(64, 32, 64, 255);  // rows 16 to 47
  const GreyImage covered = Covered(picture, {0, 16, 10, 10});
  int sum = 0;  // columns 0 to 14, rows 16 to 30: 5 more on the right and below
  for (int y = 16; y < 31; ++y) {
    for (int x = 0; x < 15; ++x) sum += picture.image.pixels[static_cast<std::size_t>(y * 64 + x)];
  }
  CHECK(covered.pixels[16 * 64] == (sum + 112) / 225);
  CHECK(covered.pixels[15 * 64] == 255);
  CHECK(Covered(picture, {}).pixels == picture.image.pixels);
}

TEST_CASE("a patch is found again in the close-up, or is not in it") {
  const Geometry whole{2, 2, 0, 5, {0, 0, 100, 80}};  // 50 × 50 pixels, five of padding above
  NetworkImage near{{40, 40, {}}, {0.5, 0.5, 0, 0, {30, 20, 20, 20}}};
  const Patch inside = InPicture({16, 16, 4, 3}, whole, near);  // 32 … 40, 22 … 28 in the picture
  CHECK(inside.x == 4);
  CHECK(inside.y == 4);
  CHECK(inside.width == 16);
  CHECK(inside.height == 12);
  const Patch border = InPicture({14, 10, 4, 10}, whole, near);  // 28 … 36, 10 … 30
  CHECK(border.x == 0);
  CHECK(border.y == 0);
  CHECK(border.width == 12);
  CHECK(border.height == 20);
  CHECK(InPicture({0, 0, 15, 50}, whole, near).width == 0);
  CHECK(InPicture({25, 16, 4, 4}, whole, near).width == 0);
}

}  // namespace
}  // namespace echolens

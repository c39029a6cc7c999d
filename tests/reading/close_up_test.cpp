#include "reading/close_up.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace echolens {
namespace {

// P(lesion) .1 everywhere but in the cells of a rectangle, over all of a picture: no padding.
Map MapWith(const Region& cells, int width, int height, const Region& region) {
  Map map{
      width, height, {}, {1.0 * region.width / width, 1.0 * region.height / height, 0, 0, region}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool inside =
          x >= cells.x && x < cells.x + cells.width && y >= cells.y && y < cells.y + cells.height;
      map.values.push_back(inside ? 0.9 : 0.1);
    }
  }
  return map;
}

void CheckRegion(const Region& region, const Region& expected) {
  CHECK(region.x == expected.x);
  CHECK(region.y == expected.y);
  CHECK(region.width == expected.width);
  CHECK(region.height == expected.height);
}

}  // namespace

TEST_CASE("the close-up is twice the lesion's longer side, around its middle") {
  // 28 cells of 10 pixels; the lesion takes 50 × 30 of them at 100, 120.
  const Map map = MapWith({10, 12, 5, 3}, 28, 28, {0, 0, 280, 280});
  CheckRegion(CloseUpRegion(map), {75, 85, 100, 100});
  // In a part of a picture, places are those of the whole picture.
  CheckRegion(CloseUpRegion(MapWith({10, 12, 5, 3}, 28, 28, {7, 9, 280, 280})), {82, 94, 100, 100});
}

TEST_CASE("a small lesion is enlarged threefold, no more; a large one is the whole") {
  CheckRegion(CloseUpRegion(MapWith({14, 14, 1, 1}, 28, 28, {0, 0, 300, 300})),
              {105, 105, 100, 100});
  CheckRegion(CloseUpRegion(MapWith({4, 4, 14, 14}, 28, 28, {0, 0, 280, 280})), {0, 0, 280, 280});
  CheckRegion(CloseUpRegion(MapWith({0, 0, 28, 28}, 28, 28, {0, 0, 300, 200})), {0, 0, 300, 200});
}

TEST_CASE("at the border the close-up is moved inwards, and cut off where the picture is low") {
  CheckRegion(CloseUpRegion(MapWith({0, 0, 5, 3}, 28, 28, {0, 0, 280, 280})), {0, 0, 100, 100});
  CheckRegion(CloseUpRegion(MapWith({23, 25, 5, 3}, 28, 28, {0, 0, 280, 280})),
              {180, 180, 100, 100});
  CheckRegion(CloseUpRegion(MapWith({10, 2, 8, 4}, 28, 28, {0, 0, 280, 140})), {60, 0, 160, 140});
}

TEST_CASE("only what hangs together with the maximum counts, and no cell of the padding") {
  Map map = MapWith({10, 12, 5, 3}, 28, 28, {0, 0, 280, 280});
  map.values[0] = 0.89;             // another part, less sure
  map.values[12 * 28 + 15] = 0.46;  // beside it, over half of the maximum
  CheckRegion(CloseUpRegion(map), {70, 75, 120, 120});
  // A picture twice as wide as high: the network's picture is padded above and below.
  Map padded = MapWith({10, 1, 5, 3}, 28, 28, {0, 0, 280, 140});
  padded.geometry = {10, 10, 0, 7, {0, 0, 280, 140}};
  CheckRegion(CloseUpRegion(padded), {0, 0, 280, 140});  // nothing but .1: all of it is alike
}

TEST_CASE("a map of one value is no error") {
  CheckRegion(CloseUpRegion(MapWith({0, 0, 0, 0}, 3, 3, {0, 0, 96, 120})), {0, 0, 96, 120});
  Map nothing = MapWith({0, 0, 0, 0}, 3, 3, {0, 0, 96, 120});
  std::ranges::fill(nothing.values, 0);
  CheckRegion(CloseUpRegion(nothing), {0, 0, 96, 120});
  CheckRegion(CloseUpRegion(MapWith({0, 0, 1, 1}, 1, 1, {0, 0, 1, 1})), {0, 0, 1, 1});
}

TEST_CASE("the close-up's picture knows its place in the whole") {
  GreyImage picture{60, 40, {}};
  for (int i = 0; i < 60 * 40; ++i) picture.pixels.push_back(static_cast<std::uint8_t>(i % 251));
  Preprocessing input;
  input.width = input.height = 20;
  const Result<NetworkImage> near =
      LookCloser(picture, {100, 200, 60, 40}, {110, 205, 20, 20}, input);
  REQUIRE(near.ok());
  CheckRegion(near->geometry.region, {110, 205, 20, 20});
  CHECK(near->image.pixels[0] == picture.pixels[5 * 60 + 10]);
  CHECK(near->geometry.PictureX(0) == 110);
  CHECK(near->geometry.PictureY(20) == 225);
}

TEST_CASE("a close-up's map lies in the whole one, with zeros around") {
  const Map near = MapWith({0, 0, 2, 2}, 4, 4, {20, 10, 40, 40});  // cells of 10 pixels
  const Map whole = Placed(near, {0, 0, 100, 60});
  CHECK(whole.width == 10);
  CHECK(whole.height == 6);
  CheckRegion(whole.geometry.region, {0, 0, 100, 60});
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 10; ++x) {
      CAPTURE(x);
      CAPTURE(y);
      const bool seen = x >= 2 && x < 6 && y >= 1 && y < 5;
      CHECK(whole.At(x, y) == doctest::Approx(seen ? near.At(x - 2, y - 1) : 0));
    }
  }
}

}  // namespace echolens

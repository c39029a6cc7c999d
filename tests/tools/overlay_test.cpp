#include "overlay.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace echolens;
using namespace echolens::tools;

namespace {

GreyImage Plain(int width, int height, std::uint8_t grey) {
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height), grey)};
}

// 4 × 2 cells over a picture of 600 × 300: 1 in the left half, 0 in the right.
Map HalfMap() {
  Map map{4, 2, {}, {150, 150, 0, 0, {0, 0, 600, 300}}};
  map.values = {1, 1, 0, 0, 1, 1, 0, 0};
  return map;
}

std::vector<int> Pixel(const Overlay& overlay, int x, int y) {
  const auto* pixel = overlay.pixels.data() + 3 * (y * overlay.width + x);
  return {pixel[0], pixel[1], pixel[2]};
}

}  // namespace

TEST_CASE("a map colours the picture where it is high, and leaves it where it is low") {
  const Result<Overlay> overlay = DrawOverlay(Plain(600, 300, 100), HalfMap(), {0, 1}, {});
  REQUIRE(overlay.ok());
  CHECK(overlay->height == 300);
  CHECK(overlay->width > 600);
  CHECK(overlay->pixels.size() == static_cast<std::size_t>(3 * 300 * overlay->width));
  CHECK(Pixel(*overlay, 590, 150) == std::vector<int>{100, 100, 100});
  // .35 of the grey and .65 of viridis' last colour, 253, 231, 37
  CHECK(Pixel(*overlay, 10, 150) == std::vector<int>{199, 185, 59});
}

TEST_CASE("the outline is white with a dark hem") {
  const Ring ring{{200, 100}, {400, 100}, {400, 200}, {200, 200}};
  const Map none{1, 1, {0}, {600, 300, 0, 0, {0, 0, 600, 300}}};
  const Result<Overlay> overlay = DrawOverlay(Plain(600, 300, 100), none, {0, 1}, {ring});
  REQUIRE(overlay.ok());
  CHECK(Pixel(*overlay, 300, 100)[0] > 200);
  CHECK(Pixel(*overlay, 300, 98)[0] < 100);
  CHECK(Pixel(*overlay, 300, 150) == std::vector<int>{100, 100, 100});
  CHECK(Pixel(*overlay, 190, 100) == std::vector<int>{100, 100, 100});
}

TEST_CASE("the bar goes from the first colour below to the last one above") {
  const Result<Overlay> overlay = DrawOverlay(Plain(600, 300, 0), HalfMap(), {0, 1}, {});
  REQUIRE(overlay.ok());
  const int x = 600 + (overlay->width - 600) / 4;
  std::vector<std::vector<int>> column;
  for (int y = 0; y < overlay->height; ++y) column.push_back(Pixel(*overlay, x, y));
  const auto first = std::ranges::find(column, std::vector<int>{253, 231, 37});
  const auto last = std::ranges::find(column, std::vector<int>{68, 1, 84});
  REQUIRE(first != column.end());
  REQUIRE(last != column.end());
  CHECK(first < last);
}

TEST_CASE("small and large pictures are drawn in a size for people") {
  const auto size = [](int width, int height) {
    const Map none{1, 1, {0}, {1.0 * width, 1.0 * height, 0, 0, {0, 0, width, height}}};
    const Result<Overlay> overlay = DrawOverlay(Plain(width, height, 9), none, {0, 0}, {});
    REQUIRE(overlay.ok());
    return overlay->height;
  };
  CHECK(size(16, 16) == 512);
  CHECK(size(600, 300) == 300);
  CHECK(size(3000, 6000) == 2048);
  CHECK(size(4000, 1) >= 100);  // room for the bar
  const Map none{1, 1, {0}, {}};
  CHECK(!DrawOverlay({}, none, {0, 1}, {}).ok());
}

TEST_CASE("a range begins at 0, and ends with what lies in the region") {
  Map map = HalfMap();
  CHECK(RangeFromZero(map).low == 0);
  CHECK(RangeFromZero(map).high == 1);
  map.values = {3, 3, 3, 3, -2, -2, -2, 2};
  map.geometry = {150, 150, 0, 1.5, {0, 0, 600, 75}};  // the lower row's upper half
  CHECK(RangeFromZero(map).low == 0);
  CHECK(RangeFromZero(map).high == 2);
}

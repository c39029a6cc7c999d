#include "image/seam.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace echolens {
namespace {

GreyImage Picture(int width, int height, const std::function<double(int x, int y)>& grey) {
  GreyImage picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(std::lround(grey(x, y))));
    }
  }
  return picture;
}

Region All(const GreyImage& picture) { return {0, 0, picture.width, picture.height}; }

// Soft waves, another picture for each `phase`.
double Waves(int x, int y, double phase) {
  return 128 + 50 * std::sin(x / 9.0 + 2 * phase) * std::cos(y / 11.0 - phase) +
         40 * std::sin(x / 23.0 - y / 17.0 + phase);
}

}  // namespace

TEST_CASE("where two pictures touch there is a seam, for columns and for rows") {
  const GreyImage beside =
      Picture(200, 160, [](int x, int y) { return Waves(x, y, x < 90 ? 0 : 3); });
  const std::vector<int> columns = ColumnSeams(beside, All(beside));
  REQUIRE_FALSE(columns.empty());
  for (const int at : columns) CHECK(std::abs(at - 90) <= 1);
  CHECK(RowSeams(beside, All(beside)).empty());

  const GreyImage above =
      Picture(160, 200, [](int x, int y) { return Waves(x, y, y < 110 ? 0 : 3); });
  CHECK(RowSeams(above, All(above)) == std::vector{110});
  CHECK(ColumnSeams(above, All(above)).empty());
}

TEST_CASE("a seam is counted from the picture's edge, whatever part is looked at") {
  const GreyImage framed = Picture(240, 200, [](int x, int y) {
    if (x < 30 || y < 20 || y >= 180) return 0.0;
    return Waves(x, y, x < 120 ? 0 : 3);
  });
  const std::vector<int> seams = ColumnSeams(framed, {30, 20, 210, 160});
  REQUIRE_FALSE(seams.empty());
  for (const int at : seams) CHECK(std::abs(at - 120) <= 1);
}

TEST_CASE("gradients, soft textures, stripes and even pictures have none") {
  const GreyImage pictures[] = {
      Picture(200, 160, [](int x, int y) { return (x + y) * 0.7; }),
      Picture(200, 160, [](int x, int y) { return Waves(x, y, 1); }),
      Picture(200, 160, [](int x, int) { return x % 8 < 4 ? 60.0 : 190.0; }),
      Picture(200, 160, [](int, int) { return 77.0; }),
  };
  for (const GreyImage& picture : pictures) {
    CHECK(ColumnSeams(picture, All(picture)).empty());
    CHECK(RowSeams(picture, All(picture)).empty());
  }
}

TEST_CASE("a picture enlarged pixel by pixel has none") {
  for (const int times : {2, 3, 4}) {
    const GreyImage picture =
        Picture(240, 180, [&](int x, int y) { return Waves(7 * (x / times), 7 * (y / times), 1); });
    CHECK(ColumnSeams(picture, All(picture)).empty());
    CHECK(RowSeams(picture, All(picture)).empty());
  }
}

TEST_CASE("a step through half of the height is no seam") {
  const GreyImage picture =
      Picture(200, 160, [](int x, int y) { return Waves(x, y, x < 90 && y < 80 ? 0 : 3); });
  CHECK(ColumnSeams(picture, All(picture)).empty());
}

TEST_CASE("pictures too small for a seam, and nothing to look at") {
  for (const auto& [width, height] : {std::pair{1, 300}, {300, 1}, {7, 7}, {14, 8}, {1, 1}}) {
    const GreyImage picture = Picture(width, height, [](int x, int) { return x % 2 * 200.0; });
    CHECK(ColumnSeams(picture, All(picture)).empty());
    CHECK(RowSeams(picture, All(picture)).empty());
    CHECK(ColumnSeams(picture, {width, height, 0, 0}).empty());
    CHECK(RowSeams(picture, {width, height, 0, 0}).empty());
  }
}

}  // namespace echolens

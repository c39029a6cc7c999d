#include "evaluation/localisation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace echolens {
namespace {

// A map of `width` × `height` cells of 4 × 4 pixels.
Map Cells(int width, int height, const std::function<double(int x, int y)>& value) {
  Map map{width, height, {}, {4, 4, 0, 0, {0, 0, 4 * width, 4 * height}}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) map.values.push_back(value(x, y));
  }
  return map;
}

GreyImage Picture(int width, int height, const std::function<int(int x, int y)>& grey) {
  GreyImage picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(grey(x, y)));
    }
  }
  return picture;
}

TEST_CASE("the pointing game, chance and the centre") {
  // The lesion is the picture's left half.
  const GreyImage mask = Picture(40, 20, [](int x, int) { return x < 20 ? 128 : 127; });
  const auto points = [&](int column, int row) {
    const Result<Pointing> pointing = PointingGame(
        Cells(10, 5, [&](int x, int y) { return x == column && y == row ? 1.0 : 0.0; }), mask);
    REQUIRE(pointing.ok());
    CHECK(pointing->chance == 0.5);
    CHECK(!pointing->centre_inside);  // it belongs to the pixel at its right
    return pointing->inside;
  };
  CHECK(points(0, 0));
  CHECK(points(4, 4));
  CHECK(!points(5, 0));
  CHECK(!points(9, 4));
}

TEST_CASE("the padding takes no part in the pointing game") {
  Map map = Cells(10, 10, [](int x, int y) { return y == 0 ? 1 : x == 9 && y == 5 ? 0.5 : 0; });
  map.geometry = {4, 4, 0, 2.5, {0, 0, 40, 20}};  // rows 2.5 to 7.5
  const GreyImage right = Picture(40, 20, [](int x, int) { return x >= 36 ? 255 : 0; });
  const Result<Pointing> pointing = PointingGame(map, right);
  REQUIRE(pointing.ok());
  CHECK(pointing->inside);
  CHECK(pointing->chance == 0.1);
}

TEST_CASE("a mask of another size is an error") {
  const Result<Pointing> pointing = PointingGame(Cells(10, 5, [](int, int) { return 0; }),
                                                 Picture(20, 40, [](int, int) { return 0; }));
  REQUIRE(!pointing.ok());
  CHECK(pointing.error().detail == "the mask has 20×40 pixels, expected 40×20 as the picture");
}

TEST_CASE("Dice") {
  const GreyImage mask = Picture(20, 10, [](int x, int) { return x < 10 ? 255 : 0; });
  const GreyImage none = Picture(20, 10, [](int, int) { return 0; });
  const auto box = [](double left, double right) {
    return Ring{{left, 0}, {right, 0}, {right, 10}, {left, 10}};
  };
  CHECK(Dice({box(0, 10)}, mask) == 1);
  CHECK(Dice({box(10, 20)}, mask) == 0);
  CHECK(Dice({box(5, 15)}, mask) == 0.5);
  CHECK(Dice({box(0, 20)}, mask) == doctest::Approx(2 * 100.0 / 300));
  CHECK(Dice({box(0, 20), box(10, 20)}, mask) == 1);  // the second one is a hole
  CHECK(Dice({}, mask) == 0);
  CHECK(Dice({}, none) == 1);
}

// Property: the filled ring against a naive point-in-polygon test.
TEST_CASE("Dice of random triangles is that of their pixels") {
  std::mt19937 random(4);
  const auto uniform = [&] { return static_cast<double>(random() % 3000) / 100; };
  for (int run = 0; run < 50; ++run) {
    const Ring t{{uniform(), uniform()}, {uniform(), uniform()}, {uniform(), uniform()}};
    const auto side = [&](std::size_t a, std::size_t b, double x, double y) {
      return (t[b].x - t[a].x) * (y - t[a].y) - (t[b].y - t[a].y) * (x - t[a].x) > 0;
    };
    const GreyImage inside = Picture(30, 30, [&](int x, int y) {
      const bool s = side(0, 1, x + 0.5, y + 0.5);
      return s == side(1, 2, x + 0.5, y + 0.5) && s == side(2, 0, x + 0.5, y + 0.5) ? 255 : 0;
    });
    CHECK(Dice({t}, inside) > 0.999);
  }
}

TEST_CASE("deletion: a score that lives in the hottest cells falls for them alone") {
  // The score is the brightness of the cell at (2, 1).
  const Map map = Cells(5, 4, [](int x, int y) { return x == 2 && y == 1 ? 2 : x == 4 ? 1 : 0; });
  const GreyImage picture =
      Picture(20, 16, [](int x, int y) { return x / 4 == 2 && y / 4 == 1 ? 200 : 0; });
  int asked = 0;
  const auto score = [&](const GreyImage& shown) -> Result<double> {
    ++asked;
    return shown.pixels[5 * 20 + 9] / 200.0;
  };
  const Result<Deletion> deletion = DeletionCheck(picture, map, 1, score);
  REQUIRE(deletion.ok());
  CHECK(asked == 3);
  CHECK(deletion->hottest == doctest::Approx(0.95));  // the mean grey is 10
  const Result<Deletion> again = DeletionCheck(picture, map, 1, score);
  CHECK(again->random == deletion->random);
  double falls = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    falls += DeletionCheck(picture, map, seed, score)->random / 0.95;
  }
  CHECK(falls / 200 == doctest::Approx(0.1).epsilon(0.5));  // two cells of twenty
}

TEST_CASE("deletion covers a tenth of the cells, and passes errors on") {
  const Map map = Cells(10, 10, [](int x, int y) { return x + 10 * y; });
  const GreyImage picture = Picture(40, 40, [](int, int y) { return y < 20 ? 0 : 255; });
  std::vector<std::ptrdiff_t> changed;
  const auto count = [&](const GreyImage& shown) -> Result<double> {
    std::ptrdiff_t pixels = 0;
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
      if (shown.pixels[i] != picture.pixels[i]) ++pixels;
    }
    changed.push_back(pixels);
    return 0.0;
  };
  REQUIRE(DeletionCheck(picture, map, 3, count).ok());
  CHECK(changed == std::vector<std::ptrdiff_t>{0, 160, 160});
  const auto fail = [](const GreyImage&) -> Result<double> {
    return Error{ErrorCode::kInternal, "no"};
  };
  CHECK(!DeletionCheck(picture, map, 3, fail).ok());
}

}  // namespace
}  // namespace echolens

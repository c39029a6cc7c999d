#include "reading/outline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace echolens {
namespace {

// A map of as many cells as the picture has eighths; the geometry is that of a picture of `width` ×
// `height` pixels without padding.
Map Grid(int width, int height, const std::function<double(int x, int y)>& value) {
  Map map{width, height, {}, {8, 8, 0, 0, {0, 0, 8 * width, 8 * height}}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) map.values.push_back(value(x, y));
  }
  return map;
}

double Area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return std::abs(sum) / 2;
}

// The even-odd rule.
bool Within(const std::vector<Ring>& rings, double x, double y) {
  bool within = false;
  for (const Ring& ring : rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
      if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)) {
        within = !within;
      }
    }
  }
  return within;
}

TEST_CASE("nothing under the level") {
  CHECK(LesionOutline(Grid(5, 4, [](int, int) { return 0.49; })).empty());
  CHECK(LesionOutline(Grid(1, 1, [](int, int) { return 0; })).empty());
}

TEST_CASE("a map that is lesion all over is outlined by the region") {
  const auto rings = LesionOutline(Grid(5, 4, [](int, int) { return 0.5; }));
  REQUIRE(rings.size() == 1);
  CHECK(Area(rings[0]) == doctest::Approx(40 * 32));
}

TEST_CASE("one cell over the level is found") {
  const auto rings =
      LesionOutline(Grid(5, 4, [](int x, int y) { return x == 3 && y == 1 ? 0.51 : 0; }));
  REQUIRE(rings.size() == 1);
  for (const Point& point : rings[0]) {
    CHECK(std::abs(point.x - 28) < 4);
    CHECK(std::abs(point.y - 12) < 4);
  }
}

TEST_CASE("the outline lies at the level, between inside and outside") {
  // P falls linearly to the right, .5 at x = 30.
  const auto rings =
      LesionOutline(Grid(8, 6, [](int x, int) { return 0.5 + (30 - 8 * (x + 0.5)) / 100; }));
  REQUIRE(rings.size() == 1);
  CHECK(Area(rings[0]) == doctest::Approx(30 * 48));
  for (const Point& point : rings[0]) CHECK(point.x <= 30 + 1e-9);
}

TEST_CASE("only the largest part counts; its holes are rings of their own") {
  // A ring of 5 × 5 cells with a hole of 3 × 3, and a part of 2 × 2 elsewhere.
  const auto value = [](int x, int y) {
    const bool square = x >= 1 && x <= 5 && y >= 1 && y <= 5;
    const bool hole = x >= 2 && x <= 4 && y >= 2 && y <= 4;
    return (square && !hole) || (x >= 8 && x <= 9 && y >= 8 && y <= 9) ? 1.0 : 0.0;
  };
  const auto rings = LesionOutline(Grid(11, 11, value));
  REQUIRE(rings.size() == 2);
  CHECK(Area(rings[0]) > Area(rings[1]));
  CHECK(Within(rings, 8 * 1.5, 8 * 3.5));
  CHECK(!Within(rings, 8 * 3.5, 8 * 3.5));
  CHECK(!Within(rings, 8 * 9.0, 8 * 9.0));
}

TEST_CASE("what lies in the padding is left out") {
  // 20 cells a side, the picture in the middle rows 5 to 14; lesion all over.
  Map map = Grid(20, 20, [](int, int) { return 1; });
  map.geometry = {4, 4, 0, 5.25, {0, 0, 80, 38}};
  const auto rings = LesionOutline(map);
  REQUIRE(rings.size() == 1);
  CHECK(Area(rings[0]) == doctest::Approx(80 * 38));
  // Lesion in the padding alone.
  for (int i = 0; i < 400; ++i) {
    map.values[static_cast<std::size_t>(i)] = i / 20 < 4 ? 1 : 0;
  }
  CHECK(LesionOutline(map).empty());
}

// Property: of random smooth maps, a place is within the rings exactly where it belongs to the
// largest part of what is over the level; close to the level the straight lines may err.
TEST_CASE("rings hold what is over the level, and no more") {
  std::mt19937 random(11);
  const auto uniform = [&] { return static_cast<double>(random() % 10000) / 10000; };
  for (int run = 0; run < 30; ++run) {
    const double cx = 4 + 8 * uniform(), cy = 4 + 6 * uniform(), rx = 2 + 4 * uniform(),
                 ry = 2 + 3 * uniform();
    const Map map = Grid(16, 14, [&](int x, int y) {
      const double dx = (x + 0.5 - cx) / rx, dy = (y + 0.5 - cy) / ry;
      return 1 / (1 + (dx * dx + dy * dy)) + 0.04 * uniform();
    });
    const auto rings = LesionOutline(map);
    REQUIRE(!rings.empty());
    for (int i = 0; i < 300; ++i) {
      const double x = 128 * uniform(), y = 112 * uniform();
      const double value = ValueAt(map, x / 8, y / 8);
      if (std::abs(value - kLesionLevel) < 0.08) continue;
      CAPTURE(run);
      CHECK(Within(rings, x, y) == (value > kLesionLevel));
    }
    for (const Ring& ring : rings) {
      REQUIRE(ring.size() >= 3);
      for (const Point& point : ring) {
        CHECK(point.x >= 0);
        CHECK(point.x <= 128);
        CHECK(point.y >= 0);
        CHECK(point.y <= 112);
        CHECK(std::abs(ValueAt(map, point.x / 8, point.y / 8) - kLesionLevel) < 0.6);
      }
    }
  }
}

TEST_CASE("noise gives closed rings, the same ones each time") {
  std::mt19937 random(12);
  for (int run = 0; run < 20; ++run) {
    const Map map = Grid(1 + static_cast<int>(random() % 20), 1 + static_cast<int>(random() % 20),
                         [&](int, int) { return static_cast<double>(random() % 1000) / 999; });
    const auto rings = LesionOutline(map), again = LesionOutline(map);
    const bool any = std::ranges::any_of(map.values, [](double v) { return v >= kLesionLevel; });
    CHECK(rings.empty() == !any);
    REQUIRE(again.size() == rings.size());
    for (std::size_t i = 0; i < rings.size(); ++i) {
      CHECK(Area(rings[i]) == Area(again[i]));
      if (i > 0) CHECK(Area(rings[i]) <= Area(rings[0]));
    }
  }
}

}  // namespace
}  // namespace echolens

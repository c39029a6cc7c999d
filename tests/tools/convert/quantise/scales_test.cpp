#include "convert/quantise/scales.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "runtime/network_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("a scale holds its range and 0 exactly") {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const float unit = std::ldexp(1.0F, random.Int(-60, 60));
    const float a = unit * random.Real(-1, 1), b = unit * random.Real(-1, 1);
    const Range range{std::min(a, b), std::max(a, b)};
    const Quantization q = ScaleOf(range);
    REQUIRE(q.scales.size() == 1);
    REQUIRE(q.zero_points.size() == 1);
    const double scale = q.scales[0], zero = q.zero_points[0];
    CHECK(zero >= -128);
    CHECK(zero <= 127);
    // The ends are at most half a step outside of what int8 stores.
    CHECK(range.min >= scale * (-128.501 - zero));
    CHECK(range.max <= scale * (127.501 - zero));
    CHECK(scale <= 1.0001 * (std::max(range.max, 0.0F) - std::min(range.min, 0.0F)) / 255);
  }
}

TEST_CASE("scales by hand") {
  CHECK(ScaleOf({0, 255}) == Quantization{{1}, {-128}, 0});
  CHECK(ScaleOf({10, 255}) == Quantization{{1}, {-128}, 0});
  CHECK(ScaleOf({-255, -3}) == Quantization{{1}, {127}, 0});
  CHECK(ScaleOf({-128, 127}) == Quantization{{1}, {0}, 0});
  CHECK(ScaleOf({0, 0}) == Quantization{{1.0F / 255}, {-128}, 0});
  constexpr float kMost = std::numeric_limits<float>::max();
  CHECK(std::isfinite(ScaleOf({-kMost, kMost}).scales[0]));
  CHECK(std::isnormal(ScaleOf({0, 1e-45F}).scales[0]));
}

#include "convert/quantise/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/network_case.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

// Roughly normal.
std::vector<float> Bell(Random& random, std::size_t count, float spread) {
  std::vector<float> values(count);
  for (float& x : values) {
    for (int i = 0; i < 12; ++i) x += random.Real(-.5F, .5F);
    x *= spread;
  }
  return values;
}

double SquaredError(const std::vector<float>& values, const Range& range) {
  const double step = (double{range.max} - range.min) / 255;
  double error = 0;
  for (const float x : values) {
    const double clipped = std::clamp(x, range.min, range.max);
    const double stored = range.min + std::nearbyint((clipped - range.min) / step) * step;
    error += (stored - x) * (stored - x);
  }
  return error;
}

}  // namespace

TEST_CASE("a histogram's range is that of all values, added in any portions and order") {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    std::vector<float> values = Bell(random, 3000, std::ldexp(1.0F, random.Int(-20, 20)));
    Histogram once, parts;
    once.Add(values);
    for (std::size_t i = values.size(); i > 0; i -= 500) {
      parts.Add(std::span(values).subspan(i - 500, 500));
    }
    const auto [low, high] = std::ranges::minmax(values);
    CHECK(once.range() == Range{low, high});
    CHECK(parts.range() == Range{low, high});
  }
}

TEST_CASE("percentiles leave out the share they say, to a bin") {
  Random random(1);
  std::vector<float> values = Bell(random, 100'000, 3);
  values[17] = 1e6F;  // one outlier widens the bins of all
  values[18] = -1e5F;
  Histogram histogram;
  for (std::size_t i = 0; i < values.size(); i += 1000) {
    histogram.Add(std::span(values).subspan(i, 1000));
  }
  const Range most = histogram.Percentile(.999);
  CHECK(most.max < 1000);
  CHECK(most.min > -1000);

  values[17] = values[18] = 0;
  Histogram fine;
  fine.Add(values);
  const Range range = fine.Percentile(.99);
  std::ranges::sort(values);
  CHECK(range.min == doctest::Approx(values[1000]).epsilon(.01));
  CHECK(range.max == doctest::Approx(values[99'000]).epsilon(.01));
  CHECK(fine.Percentile(1) == fine.range());
}

TEST_CASE("the least-squares range loses less than all others tried") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    Random random(seed);
    const bool rectified = random.Flip();
    std::vector<float> values = Bell(random, 20'000, 2);
    for (std::size_t i = 0; i < 5; ++i) values[i] = 60 * random.Real(.5F, 1);
    for (float& x : values) x = rectified ? std::max(x, 0.0F) : x;
    Histogram histogram;
    histogram.Add(values);
    const Range best = histogram.LeastSquares(255);
    CHECK(best.min <= 0);
    CHECK(best.max < histogram.range().max);
    if (rectified) CHECK(best.min == 0);
    const double least = SquaredError(values, best);
    for (const float low : {1.0F, .75F, .5F}) {
      for (const float high : {1.0F, .5F, .25F, .12F, .06F, .03F}) {
        const Range other{std::min(0.0F, histogram.range().min * low),
                          histogram.range().max * high};
        CHECK(least < 1.05 * SquaredError(values, other));
      }
    }
  }
}

TEST_CASE("histograms of extreme and of constant values") {
  constexpr float kMost = std::numeric_limits<float>::max();
  for (const std::vector<float>& values : {std::vector<float>{-kMost, kMost},
                                           {5},
                                           {0},
                                           {-3, -3},
                                           {1e-45F, 2e-45F},
                                           {kMost, 1e-45F},
                                           {1e30F, 1.0000001e30F},
                                           {0, 0, 1e-30F}}) {
    CAPTURE(values[0]);
    Histogram histogram;
    for (const float x : values) histogram.Add(std::span(&x, 1));
    const auto [low, high] = std::ranges::minmax(values);
    CHECK(histogram.range() == Range{low, high});
    for (const Range& range : {histogram.Percentile(.9999), histogram.LeastSquares(255)}) {
      CHECK(range.min <= range.max);
      CHECK(range.min >= std::min(low, 0.0F));
      CHECK(range.max <= std::max(high, 0.0F));
    }
  }
  CHECK(Histogram().Percentile(.9) == Range{});
  CHECK(Histogram().LeastSquares(255) == Range{});
}

#include "convert/quantise/constants.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "runtime/network_case.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

TensorInfo Constant(Shape shape, const std::vector<float>& values) {
  return {"c", DataType::kFloat32, std::move(shape), {}, Bytes(values)};
}

}  // namespace

TEST_CASE("weights are within half a step of what they were, for every channel of either axis") {
  for (const std::size_t axis : {0, 3}) {
    Random random(static_cast<std::uint32_t>(axis));
    const Shape shape{4, 2, 3, 5};
    std::vector<float> values(120);
    for (float& w : values) w = random.Real(-1, 1) * std::ldexp(1.0F, random.Int(-3, 3));
    const TensorInfo weights = Constant(shape, values);
    const std::vector<float> scales = WeightScales(ChannelPeaks(weights, axis), {}, 1, 1);
    REQUIRE(scales.size() == static_cast<std::size_t>(shape[axis]));
    const TensorInfo stored = QuantiseWeights(weights, axis, scales);
    CHECK(stored.quantization.axis == static_cast<int>(axis));
    std::vector<int> largest(scales.size());
    std::size_t i = 0;
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t bc = 0; bc < 6; ++bc) {
        for (std::size_t d = 0; d < 5; ++d, ++i) {
          const std::size_t channel = axis == 0 ? a : d;
          const int q = static_cast<std::int8_t>(stored.data[i]);
          CHECK(std::abs(static_cast<float>(q) * scales[channel] - values[i]) <=
                .5001F * scales[channel]);
          largest[channel] = std::max(largest[channel], std::abs(q));
        }
      }
    }
    for (const int most : largest) CHECK(most == 127);
  }
}

TEST_CASE("a bias that would not fit makes its weights' scale larger") {
  const std::vector<float> peaks{1e-9F, 1e-9F, 0}, bias{400, 0, 0};
  const std::vector<float> scales = WeightScales(peaks, bias, .05F, .1F);
  const TensorInfo stored = QuantiseBias(Constant({3}, bias), .05F, scales);
  std::int32_t value;
  std::memcpy(&value, stored.data.data(), sizeof value);
  CHECK(value == doctest::Approx(std::ldexp(1, 30)).epsilon(1e-6));
  CHECK(stored.quantization.scales[0] == .05F * scales[0]);
  CHECK(double{scales[0]} * value * .05 == doctest::Approx(400));
  // Nor is there use for sums finer than 2^-24 of the output's step.
  CHECK(scales[1] == doctest::Approx(.1 / .05 * std::ldexp(1, -24)));
  CHECK(scales[2] == scales[1]);
}

TEST_CASE("an operand is rounded and clipped to its scale") {
  const TensorInfo stored = QuantiseOperand(Constant({4}, {.26F, -1, 100, -100}), {{.5F}, {-3}, 0});
  CHECK(stored.data == std::vector<std::uint8_t>{0xFE, 0xFB, 0x7F, 0x80});
}

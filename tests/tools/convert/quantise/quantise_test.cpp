#include "convert/quantise.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "convert/quantise/observe.h"
#include "model/check.h"
#include "tools/convert/quantise/random_network.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <class T>
T Good(Result<T> result) {
  const std::string refusal = result.ok() ? "" : result.error().detail;
  CAPTURE(refusal);
  REQUIRE(result.ok());
  return *std::move(result);
}

// dB of the network's first output, int8 against float32.
double SignalToNoise(const Graph& real, const Graph& int8, const Sample& sample) {
  Observer a = Good(Observer::Create(real, real.outputs)),
           b = Good(Observer::Create(int8, int8.outputs));
  REQUIRE(a.Run(sample).ok());
  REQUIRE(b.Run(sample).ok());
  const std::vector<float> x = a.Values(real.outputs[0]), y = b.Values(int8.outputs[0]);
  double signal = 0, noise = 1e-30;
  for (std::size_t i = 0; i < x.size(); ++i) {
    signal += double{x[i]} * x[i];
    noise += (double{x[i]} - y[i]) * (double{x[i]} - y[i]);
  }
  return 10 * std::log10(signal / noise);
}

}  // namespace

TEST_CASE("random networks become int8 and answer nearly the same") {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
    CHECK(CheckGraph(int8).ok());
    for (const TensorId id : Activations(int8)) {
      CHECK(int8.tensors[static_cast<std::size_t>(id)].type == DataType::kInt8);
    }
    const double snr = SignalToNoise(test.graph(), int8, SampleOf(test));
    CHECK(snr > 10);
  }
}

#include "convert/quantise/compare.h"

#include <cmath>
#include <limits>

#include "model/sample_models.h"
#include "tools/convert/quantise/random_network.h"
#include "tools/convert/quantise/results.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("signal to noise by hand") {
  SignalToNoise sum;
  CHECK(sum.Decibels() == kInfinity);
  const std::vector<float> real{3, 4}, near{3, 4.5F}, zero{0, 0};
  sum.Add(real, near);
  CHECK(sum.Decibels() == doctest::Approx(20));  // 25 / .25
  sum.Add(real, near);
  CHECK(sum.Decibels() == doctest::Approx(20));
  sum.Add(real, real);
  CHECK(sum.Decibels() == doctest::Approx(10 * std::log10(150)));

  SignalToNoise silent;
  silent.Add(zero, zero);
  CHECK(silent.Decibels() == kInfinity);
  silent.Add(zero, near);
  CHECK(silent.Decibels() == -kInfinity);
}

TEST_CASE("every layer's noise, and where it enters") {
  NetworkCase test(1, DataType::kFloat32);
  const TensorId x = test.Input({1, 6, 6, 4});
  const TensorId w0 = test.Filter({4, 1, 1, 4}, 0), b0 = test.Bias(x, w0, 4);
  const TensorId fine = test.Add(Conv2d{}, {x, w0, b0});
  const TensorId w1 = test.Filter({4, 3, 3, 4}, 0), b1 = test.Bias(fine, w1, 4);
  const TensorId coarse = test.Add(Conv2d{}, {fine, w1, b1});
  const TensorId pooled =
      test.Add(Pool2d{PoolKind::kMax, Padding::kValid, {2, 2}, {2, 2}}, {coarse});
  const Graph& graph = test.graph();
  Ranges ranges = ReferenceRanges(test);
  for (const TensorId id : {coarse, pooled}) {
    ranges[static_cast<std::size_t>(id)] = {-300, 300};  // far too wide
  }
  const Graph int8 = Good(Quantise(graph, ranges));
  Comparison comparison = Good(Comparison::Create(graph, int8));
  REQUIRE(comparison.Add(SampleOf(test)).ok());
  REQUIRE(comparison.Add(RandomSample(graph, test.random)).ok());
  const std::vector<LayerNoise> layers = comparison.Layers();
  REQUIRE(layers.size() == 3);
  CHECK(layers[0].node == NodeName(graph, 0));
  CHECK(layers[0].snr_db > 30);
  CHECK(layers[1].snr_db < layers[0].snr_db - 15);
  CHECK(layers[1].drop_db == doctest::Approx(layers[0].snr_db - layers[1].snr_db));
  CHECK(std::abs(layers[2].drop_db) < 6);
}

TEST_CASE("every layer of random networks is compared") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
    Comparison comparison = Good(Comparison::Create(test.graph(), int8));
    REQUIRE(comparison.Add(SampleOf(test)).ok());
    const std::vector<LayerNoise> layers = comparison.Layers();
    CHECK(layers.size() == test.graph().nodes.size());
    for (const LayerNoise& layer : layers) {
      CAPTURE(layer.node);
      CHECK(layer.snr_db > 15);
      CHECK(std::isfinite(layer.drop_db));
    }
  }
}

TEST_CASE("the report says which layers are worst") {
  std::vector<LayerNoise> layers;
  for (int i = 0; i < 7; ++i) layers.push_back({"node " + std::to_string(i), 40.0 - i, 1});
  layers[2].drop_db = 12.25;
  layers[0].snr_db = kInfinity;
  CHECK(NoiseText(layers) ==
        "Signal to noise of int8 against float32, in dB (more is better), and how many of its "
        "inputs' dB each layer loses:\n"
        "    dB    lost  layer\n"
        "  exact     1.0  node 0\n"
        "   39.0     1.0  node 1\n"
        "   38.0    12.2  node 2\n"
        "   37.0     1.0  node 3\n"
        "   36.0     1.0  node 4\n"
        "   35.0     1.0  node 5\n"
        "   34.0     1.0  node 6\n"
        "Most noise:\n"
        "   34.0     1.0  node 6\n"
        "   35.0     1.0  node 5\n"
        "   36.0     1.0  node 4\n"
        "   37.0     1.0  node 3\n"
        "   38.0    12.2  node 2\n"
        "Where it enters:\n"
        "   38.0    12.2  node 2\n"
        "   34.0     1.0  node 6\n"
        "   35.0     1.0  node 5\n"
        "   36.0     1.0  node 4\n"
        "   37.0     1.0  node 3\n");
}

TEST_CASE("graphs that do not belong together are not compared") {
  const Graph graph = SmallNetwork(DataType::kFloat32);
  Graph other = SmallNetwork(DataType::kInt8);
  CHECK(Comparison::Create(graph, other).ok());
  other.nodes.pop_back();
  other.outputs = other.nodes.back().outputs;
  CheckError(Comparison::Create(graph, other), ErrorCode::kInvalidArgument,
             TensorName(graph, graph.outputs[0]) + ": the int8 network has no such activation");
}

#include "convert/quantise/bias_correction.h"

#include <cmath>

#include "convert/quantise/constants.h"
#include "convert/quantise/ranges.h"
#include "model/check.h"
#include "tools/convert/quantise/random_network.h"
#include "tools/convert/quantise/results.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

// Root of the mean over channels of (mean over samples and positions of int8 − float32)².
double MeanError(const Graph& real, const Graph& int8, const std::vector<Sample>& samples) {
  Observer a = Good(Observer::Create(real, real.outputs)),
           b = Good(Observer::Create(int8, int8.outputs));
  const TensorId id = real.outputs[0];
  const auto channels =
      static_cast<std::size_t>(real.tensors[static_cast<std::size_t>(id)].shape.back());
  std::vector<double> difference(channels);
  for (const Sample& sample : samples) {
    REQUIRE(a.Run(sample).ok());
    REQUIRE(b.Run(sample).ok());
    const std::vector<float> x = a.Values(id), y = b.Values(id);
    for (std::size_t i = 0; i < x.size(); ++i) {
      difference[i % channels] += (double{y[i]} - x[i]) / static_cast<double>(x.size() / channels);
    }
  }
  double sum = 0;
  for (const double d : difference) sum += d * d;
  return std::sqrt(sum / static_cast<double>(channels)) / static_cast<double>(samples.size());
}

struct Quantised {
  NetworkCase test;
  Graph graph, int8;
  std::vector<Sample> samples;
  explicit Quantised(std::uint32_t seed) : test(seed, DataType::kFloat32) {
    TensorId x = test.Input({1, 8, 8, 4});
    for (int layer = 0; layer < 4; ++layer) {
      const TensorId w = test.Filter({4, 3, 3, 4}, 0);
      Conv2d op;
      op.activation = layer == 3 ? Activation::kNone : Activation::kRelu;
      x = test.Add(op, {x, w, test.Bias(x, w, 4)});
    }
    // One outlier a filter, which makes the others' steps coarse.
    graph = test.graph();
    for (const Node& node : graph.nodes) {
      TensorInfo& weights = graph.tensors[static_cast<std::size_t>(node.inputs[1])];
      std::vector<float> values = Floats(weights);
      for (std::size_t i = 0; i < values.size(); i += 36) values[i] *= 20;
      weights.data = Bytes(values);
    }
    RangeCollector collector = Good(RangeCollector::Create(graph));
    for (int i = 0; i < 4; ++i) {
      Sample sample = RandomSample(graph, test.random);
      for (float& value : sample[0]) value += 2;  // away from 0, or rounding has no mean
      REQUIRE(collector.Add(sample).ok());
      samples.push_back(std::move(sample));
    }
    int8 = Good(Quantise(graph, Good(collector.Finish(RangeMethod::kMinMax))));
  }
};

}  // namespace

TEST_CASE("bias correction lowers the mean error") {
  for (std::uint32_t seed = 0; seed < 6; ++seed) {
    CAPTURE(seed);
    const Quantised network(seed);
    const Graph corrected = Good(CorrectBiases(network.graph, network.int8, network.samples));
    CHECK(CheckGraph(corrected).ok());
    CHECK(corrected.nodes == network.int8.nodes);
    const double before = MeanError(network.graph, network.int8, network.samples);
    const double after = MeanError(network.graph, corrected, network.samples);
    CAPTURE(before);
    CAPTURE(after);
    CHECK(after < .5 * before);
  }
}

TEST_CASE("bias correction takes random networks, and nothing but the biases changes") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
    const std::vector<Sample> samples{SampleOf(test)};
    Graph corrected = Good(CorrectBiases(test.graph(), int8, samples));
    CHECK(CheckGraph(corrected).ok());
    for (std::size_t i = 0; i < int8.tensors.size(); ++i) {
      if (int8.tensors[i].type == DataType::kInt32)
        corrected.tensors[i].data = int8.tensors[i].data;
    }
    CHECK(corrected == int8);
  }
}

TEST_CASE("bias correction needs samples and graphs that belong together") {
  const Quantised network(1);
  CheckError(CorrectBiases(network.graph, network.int8, {}), ErrorCode::kInvalidArgument,
             "no samples, expected one or more");
  Graph other = network.int8;
  other.nodes.pop_back();
  CheckError(CorrectBiases(network.graph, other, network.samples), ErrorCode::kInvalidArgument,
             "node 3 (CONV_2D) 'tensor 12': the int8 network has no such layer");
}

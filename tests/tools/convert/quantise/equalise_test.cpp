#include "convert/quantise/equalise.h"

#include <cmath>

#include "convert/quantise/compare.h"
#include "convert/quantise/constants.h"
#include "convert/quantise/ranges.h"
#include "model/sample_models.h"
#include "tools/convert/quantise/random_network.h"
#include "tools/convert/quantise/results.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr int kChannels = 16;

void Multiply(TensorInfo& constant, std::size_t axis, const std::vector<float>& factors) {
  std::vector<float> values = Floats(constant);
  const std::vector<std::size_t> channels = Channels(constant.shape, axis);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= factors[channels[i]];
  constant.data = Bytes(values);
}

// Expansion, depthwise convolution, projection, whose channels differ a thousandfold in between.
struct BadlyScaled {
  NetworkCase test;
  Graph graph;
  explicit BadlyScaled(std::uint32_t seed, Activation activation) : test(seed, DataType::kFloat32) {
    const TensorId x = test.Input({1, 8, 8, 4});
    const TensorId w0 = test.Filter({kChannels, 1, 1, 4}, 0), b0 = test.Bias(x, w0, kChannels);
    Conv2d expand;
    expand.activation = activation;
    const TensorId wide = test.Add(expand, {x, w0, b0});
    const TensorId w1 = test.Filter({1, 3, 3, kChannels}, 3), b1 = test.Bias(wide, w1, kChannels);
    DepthwiseConv2d depthwise;
    depthwise.activation = activation;
    const TensorId deep = test.Add(depthwise, {wide, w1, b1});
    const TensorId w2 = test.Filter({6, 1, 1, kChannels}, 0), b2 = test.Bias(deep, w2, 6);
    test.Add(Conv2d{}, {deep, w2, b2});
    graph = test.graph();
    std::vector<float> up, down;
    for (int c = 0; c < kChannels; ++c) {
      up.push_back(std::pow(10.0F, test.random.Real(-1.5F, 1.5F)));
      down.push_back(1 / up.back());
    }
    Multiply(graph.tensors[static_cast<std::size_t>(w0)], 0, up);
    Multiply(graph.tensors[static_cast<std::size_t>(b0)], 0, up);
    Multiply(graph.tensors[static_cast<std::size_t>(w1)], 3, down);
  }
};

std::vector<float> Run(const Graph& graph, const Sample& sample) {
  Observer observer = Good(Observer::Create(graph, graph.outputs));
  REQUIRE(observer.Run(sample).ok());
  return observer.Values(graph.outputs[0]);
}

double Int8Decibels(const Graph& graph, const Sample& sample) {
  RangeCollector collector = Good(RangeCollector::Create(graph));
  REQUIRE(collector.Add(sample).ok());
  const Graph int8 = Good(Quantise(graph, Good(collector.Finish(RangeMethod::kMinMax))));
  SignalToNoise noise;
  noise.Add(Run(graph, sample), Run(int8, sample));
  return noise.Decibels();
}

}  // namespace

TEST_CASE("equalisation keeps the function and lowers the int8 error of badly scaled channels") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    const BadlyScaled bad(seed, seed % 2 == 0 ? Activation::kRelu : Activation::kNone);
    const Sample sample = SampleOf(bad.test);
    const Graph equal = Good(Equalise(bad.graph));
    CHECK(equal != bad.graph);
    SignalToNoise change;
    change.Add(Run(bad.graph, sample), Run(equal, sample));
    CHECK(change.Decibels() > 130);
    CHECK(Int8Decibels(equal, sample) > Int8Decibels(bad.graph, sample) + 6);
    CHECK(Good(Equalise(equal)) == equal);  // it has settled
  }
}

TEST_CASE("equalisation leaves alone what it cannot scale") {
  const BadlyScaled clipped(1, Activation::kRelu6);
  CHECK(Good(Equalise(clipped.graph)) == clipped.graph);

  BadlyScaled shown(2, Activation::kRelu);  // both inner activations are outputs too
  shown.graph.outputs.push_back(shown.graph.nodes[0].outputs[0]);
  shown.graph.outputs.push_back(shown.graph.nodes[1].outputs[0]);
  CHECK(Good(Equalise(shown.graph)) == shown.graph);
}

TEST_CASE("equalisation keeps the function of random networks") {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    const Graph equal = Good(Equalise(test.graph()));
    SignalToNoise change;
    change.Add(Run(test.graph(), SampleOf(test)), Run(equal, SampleOf(test)));
    CHECK(change.Decibels() > 120);
  }
}

TEST_CASE("equalisation of groups, multipliers and flattened pictures") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    const TensorId x = test.Input({1, 4, 4, 4});
    const TensorId w0 = test.Filter({6, 1, 1, 2}, 0);
    const TensorId a = test.Add(Conv2d{}, {x, w0, test.Bias(x, w0, 6)});
    const TensorId w1 = test.Filter({8, 3, 3, 3}, 0);
    const TensorId b = test.Add(Conv2d{}, {a, w1, test.Bias(a, w1, 8)});
    const TensorId w2 = test.Filter({1, 4, 4, 16}, 3);
    DepthwiseConv2d twice;
    twice.multiplier = 2;
    const TensorId c = test.Add(twice, {b, w2, test.Bias(b, w2, 16)});
    const TensorId w3 = test.Filter({3, 256}, 0);
    test.Add(FullyConnected{}, {c, w3, test.Bias(c, w3, 3)});
    Graph graph = test.graph();
    std::vector<float> factors;
    for (int i = 0; i < 16; ++i) factors.push_back(std::ldexp(1.0F, test.random.Int(-6, 6)));
    for (const TensorId id : {w0, w1})
      Multiply(graph.tensors[static_cast<std::size_t>(id)], 0, factors);
    Multiply(graph.tensors[static_cast<std::size_t>(w2)], 3, factors);
    const Graph equal = Good(Equalise(graph));
    for (const TensorId id : {w0, w1, w2, w3}) {
      CHECK(equal.tensors[static_cast<std::size_t>(id)] !=
            graph.tensors[static_cast<std::size_t>(id)]);
    }
    SignalToNoise change;
    change.Add(Run(graph, SampleOf(test)), Run(equal, SampleOf(test)));
    CHECK(change.Decibels() > 130);
  }
}

TEST_CASE("an int8 network is not equalised") {
  CheckError(Equalise(SmallNetwork(DataType::kInt8)), ErrorCode::kModelUnsupported,
             "tensor 0 'picture': int8, expected float32: the network is quantised already");
}

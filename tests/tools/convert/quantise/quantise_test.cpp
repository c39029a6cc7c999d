#include "convert/quantise.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "convert/quantise/compare.h"
#include "convert/quantise/constants.h"
#include "convert/quantise/scales.h"
#include "model/check.h"
#include "model/sample_models.h"
#include "tools/convert/quantise/random_network.h"
#include "tools/convert/quantise/results.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

const TensorInfo& At(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

const Quantization& ScaleAt(const Graph& graph, TensorId id) { return At(graph, id).quantization; }

std::vector<float> Run(const Graph& graph, const Sample& sample) {
  Observer observer = Good(Observer::Create(graph, graph.outputs));
  REQUIRE(observer.Run(sample).ok());
  return observer.Values(graph.outputs[0]);
}

int CountQuantize(const Graph& graph) {
  return static_cast<int>(std::ranges::count_if(
      graph.nodes, [](const Node& node) { return std::holds_alternative<Quantize>(node.op); }));
}

// A 1×1 convolution of three channels to `filters`, and what it reads and gives.
struct OneConvolution {
  NetworkCase test{1, DataType::kFloat32};
  TensorId x = test.Input({1, 4, 4, 3}), w, b, y;
  Graph graph;
  Ranges ranges;

  OneConvolution(const std::vector<float>& filters, const std::vector<float>& biases,
                 Activation activation = Activation::kNone) {
    const auto channels = static_cast<std::int32_t>(biases.size());
    w = test.Filter({channels, 1, 1, 3}, 0);
    b = test.Bias(x, w, channels);
    Conv2d op;
    op.activation = activation;
    y = test.Add(op, {x, w, b});
    graph = test.graph();
    graph.tensors[static_cast<std::size_t>(w)].data = Bytes(filters);
    graph.tensors[static_cast<std::size_t>(b)].data = Bytes(biases);
    ranges.resize(graph.tensors.size());
    ranges[static_cast<std::size_t>(x)] = {-4, 4};
  }

  Range& RangeOf(TensorId id) { return ranges[static_cast<std::size_t>(id)]; }
};

}  // namespace

TEST_CASE("random networks become int8 and answer nearly the same") {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
    CHECK(CheckGraph(int8).ok());
    for (const TensorId id : Activations(int8)) CHECK(At(int8, id).type == DataType::kInt8);
    CHECK(int8.inputs == test.graph().inputs);
    CHECK(int8.outputs == test.graph().outputs);
    SignalToNoise noise;
    noise.Add(Run(test.graph(), SampleOf(test)), Run(int8, SampleOf(test)));
    CHECK(noise.Decibels() > 25);
    CHECK(int8 == Good(Quantise(test.graph(), ReferenceRanges(test))));
  }
}

TEST_CASE("one layer's error is bounded by its steps") {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    const int in = test.random.Int(1, 8), out = test.random.Int(1, 9),
              window = 1 + 2 * test.random.Int(0, 1);
    const TensorId x = test.Input({1, 7, 6, in});
    TensorId w, y;
    int terms = window * window;
    if (test.random.Flip()) {
      w = test.Filter({out, window, window, in}, 0);
      y = test.Add(Conv2d{}, {x, w, test.Bias(x, w, out)});
      terms *= in;
    } else {
      w = test.Filter({1, window, window, in}, 3);
      y = test.Add(DepthwiseConv2d{}, {x, w, test.Bias(x, w, in)});
    }
    const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
    const double x_step = ScaleAt(int8, x).scales[0], y_step = ScaleAt(int8, y).scales[0];
    const double w_step = std::ranges::max(ScaleAt(int8, w).scales);
    const double bound =
        .501 * y_step + terms * .5 * (x_step * .3 + w_step * 4.1) + x_step * w_step;
    const std::vector<float> got = Run(int8, SampleOf(test)), expected = StoredFloats(test, y);
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      worst = std::max(worst, std::abs(double{got[i]} - expected[i]));
    }
    CHECK(worst <= bound);
  }
}

TEST_CASE("filters of zeros, and filters far smaller than their bias") {
  OneConvolution one({0, 0, 0, .5F, -1, 2, 1e-20F, 0, 1e-20F, 0, 0, 0, 1e-30F, -1e-30F, 0},
                     {3, -2, 5, 0, -1e-3F});
  one.RangeOf(one.y) = {-16, 16};
  const Graph int8 = Good(Quantise(one.graph, one.ranges));
  for (const float scale : ScaleAt(int8, one.w).scales) CHECK(scale > 0);
  const Sample sample = SampleOf(one.test);
  const std::vector<float> got = Run(int8, sample), expected = Run(one.graph, sample);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(std::abs(got[i] - expected[i]) < (i % 5 == 1 ? .2F : .501F * 32 / 255));
  }
}

TEST_CASE("a layer that never says anything, and one without bias") {
  OneConvolution dead({1, 2, 3}, {-1000}, Activation::kRelu);
  const std::vector<float> zeros =
      Run(Good(Quantise(dead.graph, dead.ranges)), SampleOf(dead.test));
  CHECK(std::ranges::all_of(zeros, [](float y) { return y == 0; }));

  NetworkCase test(3, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 2}), w = test.Filter({3, 1, 1, 2}, 0);
  test.Add(Conv2d{}, {x, w});
  const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
  REQUIRE(int8.nodes[0].inputs.size() == 3);
  const TensorInfo& bias = At(int8, int8.nodes[0].inputs[2]);
  CHECK(bias.type == DataType::kInt32);
  CHECK(bias.data == std::vector<std::uint8_t>(12));
}

TEST_CASE("ranges that are a point, huge, denormal or too small for their layer") {
  const Range inputs[] = {{0, 0}, {5, 5}, {-3, -3}, {-1e30F, 1e30F}, {0, 1e-40F}, {1e-45F, 1e-45F}};
  for (const Range& input : inputs) {
    for (const Range& output : {Range{0, 0}, Range{-1, 1}, Range{0, 1e-42F}, Range{-1e30F, 0}}) {
      CAPTURE(input.max);
      CAPTURE(output.max);
      OneConvolution one({1, .5F, 0, 0, 0, 0}, {1, -1});
      one.RangeOf(one.x) = input;
      one.RangeOf(one.y) = output;
      const Graph int8 = Good(Quantise(one.graph, one.ranges));
      Run(int8, SampleOf(one.test));  // the engine takes it
    }
  }
}

TEST_CASE("an output's scale is raised where the engine could not reach it") {
  OneConvolution one({100, 100, 100}, {0});
  one.RangeOf(one.y) = {-.01F, .01F};  // the calibration images happened to cancel out
  const Graph int8 = Good(Quantise(one.graph, one.ranges));
  const float ratio = ScaleAt(int8, one.x).scales[0] * ScaleAt(int8, one.w).scales[0] /
                      ScaleAt(int8, one.y).scales[0];
  CHECK(ratio == doctest::Approx(128).epsilon(.01));
}

TEST_CASE("a fused activation and a clamp bound the range") {
  OneConvolution one({1, 1, 1}, {0}, Activation::kRelu6);
  one.RangeOf(one.y) = {-100, 100};
  const Quantization expected = ScaleOf({0, 6});
  CHECK(ScaleAt(Good(Quantise(one.graph, one.ranges)), one.y) == expected);

  // What only the clamp reads is scaled as its output, so that it changes nothing.
  NetworkCase test(4, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 2}), c = test.Constant({2});
  const TensorId sum = test.Add(Binary{}, {x, c});
  const TensorId clamped = test.Add(Unary{UnaryKind::kRelu6}, {sum});
  const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
  CHECK(ScaleAt(int8, sum) == ScaleAt(int8, clamped));
  CHECK(ScaleAt(int8, clamped) == expected);
  CHECK(ScaleAt(int8, x) != expected);
}

TEST_CASE("operators that pass values through share one scale") {
  NetworkCase test(5, DataType::kFloat32);
  const TensorId x = test.Input({1, 8, 8, 2});
  const TensorId padded = test.Add(Pad{{0, 1, 1, 0}, {0, 1, 1, 0}}, {x});
  const TensorId pooled =
      test.Add(Pool2d{PoolKind::kMax, Padding::kValid, {2, 2}, {2, 2}}, {padded});
  const TensorId resized = test.Add(ResizeBilinear{7, 7, false, true}, {pooled});
  const TensorId part = test.Add(Slice{{0, 1, 0, 0}, {1, 5, 7, 2}}, {resized});
  const TensorId turned = test.Add(Permute{{0, 3, 1, 2}}, {part});
  const TensorId flat = test.Add(Reshape{{1, -1}}, {turned});
  const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
  for (const TensorId id : {padded, pooled, resized, part, turned, flat})
    CHECK(ScaleAt(int8, id) == ScaleAt(int8, x));
  CHECK(CountQuantize(int8) == 0);
}

TEST_CASE("what is padded with is one of the numbers that the scale has, none is cut off") {
  NetworkCase test(5, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 2});
  const TensorId padded = test.Add(Pad{{0, 1, 0, 0}, {0, 0, 0, 0}, -7.3F}, {x});
  const Graph shared = Good(Quantise(test.graph(), ReferenceRanges(test)));
  CHECK(ScaleAt(shared, padded) == ScaleAt(shared, x));
  const Quantization& q = ScaleAt(shared, padded);
  const float value = std::get<Pad>(shared.nodes[0].op).value;
  const float stored = value / q.scales[0] + static_cast<float>(q.zero_points[0]);
  CHECK(std::abs(value + 7.3F) <= q.scales[0]);
  CHECK(std::abs(stored - std::nearbyint(stored)) < 1e-3F);

  NetworkCase gate(6, DataType::kFloat32);
  const TensorId share = gate.Add(Unary{UnaryKind::kLogistic}, {gate.Input({1, 4, 4, 2})});
  const TensorId edge = gate.Add(Pad{{0, 1, 0, 0}, {0, 0, 0, 0}, -1}, {share});
  const Graph bridged = Good(Quantise(gate.graph(), ReferenceRanges(gate)));
  CHECK(ScaleAt(bridged, share) == Quantization{{1.0F / 256}, {-128}, 0});
  CHECK(ScaleAt(bridged, edge) != ScaleAt(bridged, share));
  CHECK(CountQuantize(bridged) == 1);
}

TEST_CASE("a hyperbolic tangent's output has the scale that LiteRT demands") {
  NetworkCase test(9, DataType::kFloat32);
  const TensorId y = test.Add(Unary{UnaryKind::kTanh}, {test.Input({1, 4, 4, 2})});
  const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
  CHECK(ScaleAt(int8, y) == Quantization{{1.0F / 128}, {0}, 0});
}

TEST_CASE("concatenation: shared scales where they cost little, QUANTIZE elsewhere") {
  NetworkCase test(6, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 2});
  const TensorId w = test.Filter({2, 1, 1, 2}, 0);
  const TensorId alone = test.Add(Conv2d{}, {x, w, test.Bias(x, w, 2)});
  const TensorId gate = test.Add(Unary{UnaryKind::kLogistic}, {x});
  const TensorId joined = test.Add(Concatenation{3}, {x, alone, gate});
  const Graph& graph = test.graph();
  Ranges ranges(graph.tensors.size());
  ranges[static_cast<std::size_t>(x)] = {-1, 1};
  ranges[static_cast<std::size_t>(alone)] = {-1.5F, 1};
  ranges[static_cast<std::size_t>(joined)] = {-1.5F, 1};

  const Graph near = Good(Quantise(graph, ranges));
  CHECK(ScaleAt(near, x) == ScaleAt(near, joined));
  CHECK(ScaleAt(near, alone) == ScaleAt(near, joined));
  CHECK(ScaleAt(near, gate) == Quantization{{1.0F / 256}, {-128}, 0});
  CHECK(CountQuantize(near) == 1);

  ranges[static_cast<std::size_t>(joined)].max = ranges[static_cast<std::size_t>(alone)].max = 50;
  const Graph far = Good(Quantise(graph, ranges));
  CHECK(ScaleAt(far, x) == ScaleOf({-1, 1}));  // others read it too
  CHECK(ScaleAt(far, alone) == ScaleAt(far, joined));
  CHECK(CountQuantize(far) == 2);
}

TEST_CASE("a constant that two layers read is quantised for each") {
  NetworkCase test(7, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 2}), w = test.Filter({2, 1, 1, 2}, 0);
  const TensorId b = test.Bias(x, w, 2);
  const TensorId once = test.Add(Conv2d{}, {x, w, b}), twice = test.Add(Conv2d{}, {once, w, b});
  const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test)));
  CHECK(int8.nodes[0].inputs == std::vector<TensorId>{x, w, b});
  CHECK(int8.nodes[1].inputs[2] != b);
  SignalToNoise noise;
  noise.Add(StoredFloats(test, twice), Run(int8, SampleOf(test)));
  CHECK(noise.Decibels() > 25);
}

TEST_CASE("kept scales go before measured ranges") {
  OneConvolution one({1, .5F, 0, 0, 0, 0}, {1, -1});
  one.RangeOf(one.y) = {-8, 8};
  const Quantization x{{.04F}, {3}, 0}, y{{.125F}, {-7}, 0}, w{{.01F, .02F}, {0, 0}, 0};
  const Graph int8 = Good(Quantise(one.graph, one.ranges, {{one.x, x}, {one.y, y}, {one.w, w}}));
  CHECK(ScaleAt(int8, one.x) == x);
  CHECK(ScaleAt(int8, one.y) == y);
  CHECK(ScaleAt(int8, one.w) == w);

  const auto refused = [&](TensorId id, Quantization q, const std::string& detail) {
    CheckError(Quantise(one.graph, one.ranges, {{id, std::move(q)}}), ErrorCode::kInvalidArgument,
               detail);
  };
  refused(9, x, "a kept scale for tensor 9, expected under 4");
  refused(one.x, w, "tensor 0 'tensor 0': 2 kept scales and 2 zero points, expected one of each");
  refused(
      one.x, {{0}, {0}, 0},
      "tensor 0 'tensor 0': kept scale 0 with zero point 0, expected a positive number and -128 "
      "to 127");
  refused(one.x, {{1}, {200}, 0},
          "tensor 0 'tensor 0': kept scale 1 with zero point 200, expected a positive number and "
          "-128 to 127");
  refused(one.w, {{1, 2, 3}, {0, 0, 0}, 0},
          "tensor 1 'tensor 1': 3 kept scales, expected one or 2 with zero points of 0");
  refused(one.w, {{1}, {5}, 0},
          "tensor 1 'tensor 1': 2 kept scales, expected one or 2 with zero points of 0");
}

TEST_CASE("kept scales that a pooling cannot pass through are bridged") {
  NetworkCase test(8, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 2});
  const TensorId y = test.Add(Pool2d{PoolKind::kAverage, Padding::kValid, {2, 2}, {2, 2}}, {x});
  const Quantization in{{.04F}, {3}, 0}, out{{.03F}, {-7}, 0};
  const Graph int8 = Good(Quantise(test.graph(), ReferenceRanges(test), {{x, in}, {y, out}}));
  CHECK(ScaleAt(int8, x) == in);
  CHECK(ScaleAt(int8, y) == out);
  CHECK(CountQuantize(int8) == 1);
}

TEST_CASE("what cannot be quantised is refused") {
  OneConvolution one({1, 1, 1}, {0});
  const auto refused = [&](const Range& range, const std::string& detail) {
    one.RangeOf(one.y) = range;
    CheckError(Quantise(one.graph, one.ranges), ErrorCode::kInvalidArgument,
               "tensor 3 'tensor 3': range " + detail + ", expected finite and in order");
  };
  refused({kNan, 1}, "nan to 1");
  refused({0, kNan}, "0 to nan");
  refused({-kInfinity, 0}, "-inf to 0");
  refused({2, 1}, "2 to 1");
  one.ranges.pop_back();
  CheckError(Quantise(one.graph, one.ranges), ErrorCode::kInvalidArgument,
             "3 ranges, expected one a tensor, 4");

  for (const float bad : {kNan, kInfinity}) {
    const OneConvolution wrong({1, bad, 1}, {0});
    CheckError(Quantise(wrong.graph, wrong.ranges), ErrorCode::kModelInvalid,
               "tensor 1 'tensor 1': holds " + NumberText(bad) + ", expected finite numbers");
  }
  const Graph int8 = SmallNetwork(DataType::kInt8);
  const Result<Graph> again = Quantise(int8, Ranges(int8.tensors.size()));
  REQUIRE(!again.ok());
  CHECK(again.error().code == ErrorCode::kModelUnsupported);
  CHECK(again.error().detail ==
        "tensor 0 'picture': int8, expected float32: the network is quantised already");
  CHECK(Quantise({}, {}).error().code == ErrorCode::kModelInvalid);
}

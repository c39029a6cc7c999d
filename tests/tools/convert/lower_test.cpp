#include "convert/lower.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "model/check.h"
#include "runtime/engine.h"
#include "tools/convert/random_network.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Border kSame{Border::Kind::kSame, {}, {}};

Border Explicit(std::array<int, 2> before, std::array<int, 2> after) {
  return {Border::Kind::kExplicit, before, after};
}

Answers RunEngine(const Graph& graph, const Answers& inputs) {
  Result<Engine> engine = Engine::Create(graph);
  REQUIRE_MESSAGE(engine.ok(), (engine.ok() ? "" : engine.error().detail));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::ranges::transform(inputs[i], engine->input(i).data<float>().begin(),
                           [](double x) { return static_cast<float>(x); });
  }
  REQUIRE(engine->Run().ok());
  Answers answers;
  for (std::size_t i = 0; i < engine->output_count(); ++i) {
    const auto data = std::as_const(*engine).output(i).data<float>();
    answers.emplace_back(data.begin(), data.end());
  }
  return answers;
}

// Lowered, checked, and answering as the source does. The graph, for a look at its operators.
Lowered CheckLowered(RandomNetwork& net, FoldReport* lines = nullptr) {
  FoldReport report;
  Result<Lowered> lowered = Lower(net.network, report);
  REQUIRE_MESSAGE(lowered.ok(), (lowered.ok() ? "" : lowered.error().detail));
  const Graph& graph = lowered->graph;
  const Status status = CheckGraph(graph);
  REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().detail));
  std::set<std::string> names;
  for (const TensorInfo& tensor : graph.tensors) CHECK(names.insert(tensor.name).second);
  REQUIRE(graph.inputs.size() == net.network.inputs.size());
  REQUIRE(graph.outputs.size() == net.network.outputs.size());
  const Answers inputs = net.Inputs();
  const Answers expected = Evaluated(net.network, inputs), got = RunEngine(graph, inputs);
  for (std::size_t i = 0; i < got.size(); ++i) CheckClose(got[i], expected[i], 1e-5);
  if (lines != nullptr) *lines = report;
  return *std::move(lowered);
}

using Names = std::vector<std::string>;

Names Operators(const Lowered& lowered) {
  Names names;
  for (const Node& node : lowered.graph.nodes) names.push_back(OperatorName(node.op));
  return names;
}

// One layer on random numbers of this shape, or on their ReLU.
Names LowerOne(const SourceOp& op, const Shape& shape) {
  RandomNetwork net(11);
  net.Output(net.Add("one", op, {net.Input(shape)}));
  return Operators(CheckLowered(net));
}
Names LowerBehindRelu(const SourceOp& op, const Shape& shape) {
  RandomNetwork net(12);
  net.Output(net.Add("one", op, {net.Relu(net.Input(shape))}));
  return Operators(CheckLowered(net));
}

Error Refused(const SourceOp& op, const Shape& shape) {
  RandomNetwork net(13);
  net.Output(net.Add("one", op, {net.Input(shape)}));
  FoldReport report;
  const auto lowered = Lower(net.network, report);
  REQUIRE(!lowered.ok());
  CHECK(lowered.error().code == ErrorCode::kSourceUnsupported);
  return lowered.error();
}

}  // namespace

TEST_CASE("convolutions: every border, stride, dilation and grouping") {
  RandomNetwork random(1);
  const Border borders[] = {
      {}, kSame, Explicit({1, 1}, {1, 1}), Explicit({0, 0}, {1, 1}), Explicit({2, 0}, {0, 1})};
  for (const Border& border : borders) {
    for (const int stride : {1, 2}) {
      for (const auto& [groups, filters] : {std::pair{1, 5}, {2, 6}, {4, 4}, {4, 8}}) {
        for (const int dilation : {1, 2}) {
          for (const bool bias : {false, true}) {
            CAPTURE(stride);
            CAPTURE(groups);
            Convolution op = random.Conv(filters, 3, 4, groups, bias);
            op.border = border;
            op.stride = {stride, stride};
            op.dilation = {dilation, dilation};
            LowerOne(op, {1, 8, 7, 4});
          }
        }
      }
    }
  }
}

TEST_CASE("an explicit border becomes SAME or VALID where those mean the same") {
  RandomNetwork random(2);
  Convolution op = random.Conv(2, 3, 1);
  op.border = Explicit({1, 1}, {1, 1});
  CHECK(LowerOne(op, {1, 6, 6, 1}) == Names{"CONV_2D"});
  op.stride = {2, 2};
  CHECK(LowerOne(op, {1, 6, 6, 1}) == Names{"PAD", "CONV_2D"});  // SAME adds nothing in front
  CHECK(LowerOne(op, {1, 7, 7, 1}) == Names{"CONV_2D"});
  op.border = Explicit({0, 0}, {1, 1});  // no window reads what is added
  CHECK(LowerOne(op, {1, 7, 7, 1}) == Names{"CONV_2D"});
  Convolution depthwise = random.Conv(3, 3, 3, 3);
  depthwise.border = Explicit({2, 2}, {2, 2});
  CHECK(LowerOne(depthwise, {1, 5, 5, 3}) == Names{"PAD", "DEPTHWISE_CONV_2D"});
  CHECK(LowerOne(random.Conv(4, 1, 4, 2), {1, 3, 3, 4}) == Names{"CONV_2D"});
}

TEST_CASE("dense, normalisation and affine layers") {
  RandomNetwork random(3);
  CHECK(LowerOne(random.Matrix(4, 3), {1, 3}) == Names{"FULLY_CONNECTED"});
  CHECK(LowerOne(random.Matrix(4, 3, false), {1, 2, 5, 3}) == Names{"FULLY_CONNECTED"});
  CHECK(LowerOne(random.Norm(3), {1, 2, 2, 3}) == Names{"MUL", "ADD"});
  CHECK(LowerOne(random.Scaling(3), {1, 2, 2, 3}) == Names{"MUL", "ADD"});
  CHECK(LowerOne(Affine{{0.5}, {0}}, {1, 3}) == Names{"MUL"});
  CHECK(LowerOne(Affine{{1}, {-1}}, {1, 3}) == Names{"ADD"});
  CHECK(LowerOne(Affine{{1}, {0}}, {1, 3}) == Names{"RESHAPE"});  // an output of its own
}

TEST_CASE("activations: operators, or exact combinations") {
  struct Case {
    ActivationLayer op;
    Names operators;
  };
  const Case table[] = {
      {{ActivationKind::kRelu}, {"RELU"}},
      {{ActivationKind::kSigmoid}, {"LOGISTIC"}},
      {{ActivationKind::kTanh}, {"MUL", "LOGISTIC", "MUL", "ADD"}},
      {{ActivationKind::kSilu}, {"LOGISTIC", "MUL"}},
      {{ActivationKind::kHardSwish}, {"HARD_SWISH"}},
      {{ActivationKind::kHardSigmoid, 1.0 / 6, 0.5}, {"ADD", "MUL"}},
      {{ActivationKind::kHardSigmoid, -0.2, 0.5}, {"MUL", "ADD", "MUL"}},
      {{ActivationKind::kSoftmax}, {"SOFTMAX"}},
      {{ActivationKind::kClip, 0, 6}, {"RELU6"}},
      {{ActivationKind::kClip, 0, kInfinity}, {"RELU"}},
      {{ActivationKind::kClip, -1, 1}, {"MUL"}},
      {{ActivationKind::kClip, -0.5, 1.25}, {"MUL", "ADD", "MUL", "ADD"}},
      {{ActivationKind::kClip, 0.25, kInfinity}, {"ADD", "ADD"}},
      {{ActivationKind::kClip, -kInfinity, 0.25}, {"MUL", "ADD", "MUL", "ADD"}},
      {{ActivationKind::kClip, -kInfinity, kInfinity}, {"RESHAPE"}},
      {{ActivationKind::kClip, 0.5, 0.5}, {"MUL", "ADD"}},
  };
  for (const auto& [op, operators] : table) {
    CAPTURE(static_cast<int>(op.kind));
    CAPTURE(op.alpha);
    CHECK(LowerOne(op, {1, 5, 4, 3}) == operators);
  }
  const Error error = Refused(ActivationLayer{ActivationKind::kClip, -1e300, 0}, {1, 3});
  CHECK(error.detail == "layer 1 'one' (Test): its scale holds a number too large for float32");
}

TEST_CASE("an activation is fused where nobody else reads what it works on") {
  const ActivationLayer relu6{ActivationKind::kClip, 0, 6};
  const ActivationLayer n1{ActivationKind::kClip, -1, 1};
  RandomNetwork net(4);
  const ValueId x = net.Input({1, 6, 6, 2});
  ValueId y = net.Add("conv", net.Conv(4, 3, 2), {x});
  y = net.Relu(y);
  y = net.Add("depthwise", net.Conv(4, 3, 4, 4), {y});
  y = net.Add("relu6", relu6, {y});
  y = net.Add("pool", Pooling{PoolKind::kAverage, {2, 2}, {1, 1}, {}, false}, {y});
  y = net.Add("n1", n1, {y});
  y = net.Add("sum", Arithmetic{}, {y, net.Constant({4})});
  y = net.Add("relu6b", relu6, {y});
  y = net.Add("flat", ReshapeLayer{{1, 4}}, {y});
  y = net.Add("dense", net.Matrix(3, 4), {y});
  y = net.Relu(y);
  net.Output(y);
  FoldReport report;
  const Lowered lowered = CheckLowered(net, &report);
  CHECK(Operators(lowered) == Names{"CONV_2D", "DEPTHWISE_CONV_2D", "AVERAGE_POOL_2D", "ADD",
                                    "RESHAPE", "FULLY_CONNECTED"});
  REQUIRE(report.lines.size() == 5);
  CHECK(report.lines[0] == "layer 2 'relu2' (Test) into layer 1 'conv' (Test)");

  // Names: the layer's, its weights below it, outputs as the source calls them.
  std::set<std::string> names;
  for (const TensorInfo& tensor : lowered.graph.tensors) names.insert(tensor.name);
  for (const char* name : {"input0", "conv", "conv/kernel", "conv/bias", "dense/kernel"}) {
    CAPTURE(name);
    CHECK(names.contains(name));
  }
  const auto output = static_cast<std::size_t>(lowered.graph.outputs[0]);
  CHECK(lowered.graph.tensors[output].name == net.network.values[static_cast<std::size_t>(y)].name);
}

TEST_CASE("an activation is not fused into what is read, put out, rounded or clamped already") {
  const auto operators = [](const std::function<ValueId(RandomNetwork&, ValueId)>& build) {
    RandomNetwork net(5);
    const ValueId x = net.Input({1, 3});
    net.Output(build(net, net.Add("dense", net.Matrix(3, 3), {x})));
    return Operators(CheckLowered(net));
  };
  CHECK(operators([](RandomNetwork& net, ValueId y) {
          return net.Add("sum", Arithmetic{}, {net.Relu(y), y});
        }) == Names{"FULLY_CONNECTED", "RELU", "ADD"});
  CHECK(operators([](RandomNetwork& net, ValueId y) {
          net.Output(y);
          return net.Relu(y);
        }) == Names{"FULLY_CONNECTED", "RELU"});
  CHECK(operators([](RandomNetwork& net, ValueId y) {
          return net.Relu(net.Add("round", FakeQuantize{}, {y}));
        }) == Names{"FULLY_CONNECTED", "RELU"});
  CHECK(operators([](RandomNetwork& net, ValueId y) {
          return net.Add("clip", ActivationLayer{ActivationKind::kClip, 0, 6}, {net.Relu(y)});
        }) == Names{"FULLY_CONNECTED", "RELU6"});
  CHECK(operators([](RandomNetwork& net, ValueId y) {
          return net.Relu(net.Add("flat", ReshapeLayer{{1, 1, 3}}, {y}));
        }) == Names{"FULLY_CONNECTED", "RESHAPE", "RELU"});
}

TEST_CASE("pooling: every border") {
  const Shape shape{1, 6, 7, 3};
  const Border borders[] = {{}, kSame, Explicit({1, 1}, {1, 1}), Explicit({0, 1}, {1, 0})};
  for (const Border& border : borders) {
    for (const int size : {2, 3}) {
      for (const int stride : {1, 2}) {
        CAPTURE(size);
        CAPTURE(stride);
        LowerBehindRelu(Pooling{PoolKind::kMax, {size, size}, {stride, stride}, border, false},
                        shape);
        for (const bool count : {false, true}) {
          LowerOne(Pooling{PoolKind::kAverage, {size, size}, {stride, stride}, border, count},
                   shape);
        }
      }
    }
  }
  CHECK(LowerOne(Pooling{PoolKind::kAverage, {3, 3}, {1, 1}, kSame, false}, shape) ==
        Names{"AVERAGE_POOL_2D"});
  CHECK(LowerOne(Pooling{PoolKind::kAverage, {3, 3}, {1, 1}, kSame, true}, shape) ==
        Names{"PAD", "AVERAGE_POOL_2D"});
  CHECK(LowerOne(Pooling{PoolKind::kAverage, {2, 2}, {1, 1}, Explicit({1, 1}, {0, 0}), false},
                 shape) == Names{"PAD", "AVERAGE_POOL_2D", "MUL"});
}

TEST_CASE("maximum pooling over a border of values that may be negative") {
  const Pooling resnet{PoolKind::kMax, {3, 3}, {2, 2}, Explicit({1, 1}, {1, 1}), false};
  CHECK(LowerBehindRelu(resnet, {1, 8, 8, 2}) == Names{"RELU", "PAD", "MAX_POOL_2D"});
  CHECK(LowerOne(resnet, {1, 8, 8, 2}) == Names{"MAX_POOL_2D", "MAX_POOL_2D"});
  const Error error = Refused(
      Pooling{PoolKind::kMax, {2, 2}, {2, 2}, Explicit({1, 1}, {1, 1}), false}, {1, 8, 8, 2});
  CHECK(error.detail ==
        "layer 1 'one' (Test): maximum pooling over a border of [1, 1] in front and [1, 1] behind, "
        "of values that may be negative; put a ReLU before it or pad as SAME does");
}

TEST_CASE("global pooling") {
  const Shape shape{1, 4, 5, 3};
  CHECK(LowerOne(GlobalPooling{PoolKind::kAverage, false}, shape) == Names{"MEAN"});
  CHECK(LowerOne(GlobalPooling{PoolKind::kAverage, true}, shape) == Names{"MEAN"});
  CHECK(LowerOne(GlobalPooling{PoolKind::kMax, false}, shape) == Names{"MAX_POOL_2D", "RESHAPE"});
  CHECK(LowerOne(GlobalPooling{PoolKind::kMax, true}, shape) == Names{"MAX_POOL_2D"});
}

TEST_CASE("arithmetic of branches, of constants, broadcast") {
  for (const auto kind :
       {ArithmeticKind::kAdd, ArithmeticKind::kSubtract, ArithmeticKind::kMultiply}) {
    CAPTURE(static_cast<int>(kind));
    for (const Shape& other : {Shape{1, 3, 2, 4}, {1, 1, 1, 4}, {4}, {2, 1}, {1}, {}}) {
      CAPTURE(ShapeText(other));
      for (const bool swapped : {false, true}) {
        RandomNetwork net(6);
        const ValueId x = net.Input({1, 3, 2, 4}), c = net.Constant(other);
        net.Output(
            net.Add("one", Arithmetic{kind}, swapped ? std::vector{c, x} : std::vector{x, c}));
        CheckLowered(net);
      }
    }
    RandomNetwork net(7);
    const ValueId x = net.Input({1, 3, 2, 4}), gate = net.Input({1, 1, 1, 4});
    net.Output(net.Add("one", Arithmetic{kind}, {x, gate}));
    net.Output(net.Add("two", Arithmetic{kind}, {gate, x}));
    CheckLowered(net);
  }
}

TEST_CASE("layers that move values") {
  CHECK(LowerOne(ReshapeLayer{{1, 12}}, {1, 2, 2, 3}) == Names{"RESHAPE"});
  CHECK(LowerOne(PadLayer{{0, 1, 2, 0}, {0, 0, 1, 1}, 0}, {1, 2, 2, 3}) == Names{"PAD"});
  CHECK(LowerOne(Transpose{{0, 3, 1, 2}}, {1, 1, 1, 3}) == Names{"RESHAPE"});
  CHECK(LowerOne(Transpose{{0, 2, 1, 3}}, {1, 4, 1, 3}) == Names{"RESHAPE"});
  RandomNetwork net(8);
  const ValueId x = net.Input({1, 2, 3, 4}), y = net.Input({1, 2, 3, 2});
  net.Output(net.Add("three", Concatenate{-1}, {x, y, x}));
  net.Output(net.Add("rows", Concatenate{1}, {x, x}));
  CheckLowered(net);
  CHECK(Refused(PadLayer{{0, 1}, {0, 0}, 0.5F}, {1, 3}).detail ==
        "layer 1 'one' (Test): it pads with 0.5; only zeros can be padded with");
  CHECK(Refused(Transpose{{0, 2, 1}}, {1, 2, 3}).detail ==
        "layer 1 'one' (Test): a transpose of [1, 2, 3] by [0, 2, 1] that is left over; leave it "
        "out of the network or move it next to one that undoes it");
}

TEST_CASE("resizing: every kind") {
  for (const auto kind : {ResizeKind::kBilinearHalfPixel, ResizeKind::kBilinearAlignCorners,
                          ResizeKind::kBilinearAsymmetric}) {
    CAPTURE(static_cast<int>(kind));
    for (const auto& [height, width] : {std::pair{10, 7}, {3, 4}, {5, 6}, {9, 2}}) {
      CHECK(LowerOne(ResizeLayer{kind, height, width}, {1, 5, 6, 3}) == Names{"RESIZE_BILINEAR"});
    }
  }
  for (const auto& [rows, columns] : {std::pair{1, 1}, {2, 1}, {1, 3}, {2, 2}, {6, 7}}) {
    CAPTURE(rows);
    CAPTURE(columns);
    LowerOne(ResizeLayer{ResizeKind::kNearest, 3 * rows, 4 * columns}, {1, 3, 4, 5});
  }
}

TEST_CASE("scales of the source are kept by tensor") {
  RandomNetwork net(9);
  const ValueId x = net.Input({1, 3});
  const ValueId rounded = net.Add("round", FakeQuantize{0.5F, 7}, {x});
  const ValueId y = net.Add("dense", net.Matrix(2, 3), {rounded});
  net.Output(net.Add("last", FakeQuantize{0.25F, -1}, {y}));
  const Lowered lowered = CheckLowered(net);
  CHECK(Operators(lowered) == Names{"FULLY_CONNECTED"});
  CHECK(lowered.kept_scales ==
        std::map<TensorId, Quantization>{{lowered.graph.inputs[0], {{0.5F}, {7}, 0}},
                                         {lowered.graph.outputs[0], {{0.25F}, {-1}, 0}}});
}

TEST_CASE("outputs that are inputs, the same twice, or no computation at all") {
  RandomNetwork net(10);
  const ValueId x = net.Input({1, 3});
  const ValueId y = net.Relu(x);
  net.Output(x);
  net.Output(y);
  net.Output(y);
  CHECK(Operators(CheckLowered(net)) == Names{"RELU", "RESHAPE", "RESHAPE"});

  RandomNetwork constant(10);
  constant.Input({1, 3});
  constant.Output(constant.Constant({1, 3}));
  FoldReport report;
  const auto lowered = Lower(constant.network, report);
  REQUIRE(!lowered.ok());
  CHECK(lowered.error().detail == "output 'constant1' does not depend on the input");

  RandomNetwork work(10);
  work.Input({1, 3});
  work.Output(work.Relu(work.Constant({1, 3})));
  const auto refused = Lower(work.network, report);
  REQUIRE(!refused.ok());
  CHECK(refused.error().detail ==
        "layer 2 'relu2' (Test): it works on a constant; simplify the network before converting "
        "it");
}

TEST_CASE("the seed network in small") {
  RandomNetwork net(14);
  ValueId x = net.Input({1, 12, 12, 1});
  x = net.Add("rescaling", Affine{{1.0 / 127.5}, {-1}}, {x});
  int channels = 1;
  for (const int filters : {4, 6}) {
    const std::string name = "block" + std::to_string(filters);
    Convolution conv = net.Conv(filters, 3, channels);
    conv.border = kSame;
    x = net.Add(name, conv, {x});
    x = net.Add(name, net.Norm(filters), {x});  // the name again
    x = net.Relu(x);
    x = net.Add(name + "/pool", Pooling{PoolKind::kMax, {2, 2}, {2, 2}, {}, false}, {x});
    channels = filters;
  }
  x = net.Add("flatten", ReshapeLayer{{1, 54}}, {x});
  x = net.Add("dense1", net.Matrix(8, 54), {x});
  x = net.Relu(x);
  x = net.Add("dense2", net.Matrix(3, 8), {x});
  x = net.Add("softmax", ActivationLayer{ActivationKind::kSoftmax}, {x});
  net.Output(x);
  CheckLowered(net);
}

TEST_CASE("a final softmax is taken off, and only such") {
  const ActivationLayer softmax{ActivationKind::kSoftmax};
  const auto taken = [&](const Shape& shape, const Shape& reshaped, bool read_elsewhere) {
    RandomNetwork net(15);
    const ValueId x = net.Input(shape);
    ValueId y = net.Add("dense", net.Matrix(shape.back(), shape.back()), {x});
    const ValueId logits = y;
    y = net.Add("softmax", softmax, {y});
    const ValueId p = y;
    if (!reshaped.empty()) y = net.Add("flat", ReshapeLayer{reshaped}, {y});
    net.Output(y);
    if (read_elsewhere) net.Output(net.Relu(p));
    Lowered lowered = CheckLowered(net);
    const Graph before = lowered.graph;
    if (!TakeLogits(lowered)) {
      CHECK(lowered.graph == before);
      return false;
    }
    REQUIRE(CheckGraph(lowered.graph).ok());
    CHECK(lowered.graph.tensors.size() == before.tensors.size() - 1);
    CHECK(lowered.graph.tensors[static_cast<std::size_t>(lowered.graph.outputs[0])].name ==
          "logits");
    net.network.outputs = {logits};
    const Answers inputs = net.Inputs();
    CheckClose(RunEngine(lowered.graph, inputs)[0], Evaluated(net.network, inputs)[0], 1e-5);
    return true;
  };
  CHECK(taken({1, 4}, {}, false));
  CHECK(taken({1, 1, 1, 4}, {1, 4}, false));
  CHECK(!taken({1, 4}, {}, true));
  CHECK(!taken({1, 2, 4}, {1, 8}, false));  // two softmaxes

  RandomNetwork plain(16);
  plain.Output(plain.Relu(plain.Input({1, 4})));
  Lowered lowered = CheckLowered(plain);
  CHECK(!TakeLogits(lowered));
  CHECK(!TakeLogits(lowered, 1));
  RandomNetwork bare(17);  // nothing is left without it
  bare.Output(bare.Add("softmax", softmax, {bare.Input({1, 4})}));
  lowered = CheckLowered(bare);
  CHECK(!TakeLogits(lowered));
}

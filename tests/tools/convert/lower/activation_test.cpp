#include <functional>

#include "tools/convert/lower/lower_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("activations: operators, or exact combinations") {
  struct Case {
    ActivationLayer op;
    Names operators;
  };
  const Case table[] = {
      {{ActivationKind::kRelu}, {"RELU"}},
      {{ActivationKind::kSigmoid}, {"LOGISTIC"}},
      {{ActivationKind::kTanh}, {"TANH"}},
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

#include "tools/convert/lower/lower_case.h"

using namespace echolens;
using namespace echolens::convert;

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
  RandomNetwork net(19);
  const ValueId x = net.Input({1, 3, 2, 4}), y = net.Input({1, 3, 2, 4});
  net.Output(net.Relu(net.Add("less", Arithmetic{ArithmeticKind::kSubtract}, {x, y})));
  CHECK(Operators(CheckLowered(net)) == Names{"SUB"});  // the activation is fused
}

TEST_CASE("layers that move values") {
  CHECK(LowerOne(ReshapeLayer{{1, 12}}, {1, 2, 2, 3}) == Names{"RESHAPE"});
  CHECK(LowerOne(PadLayer{{0, 1, 2, 0}, {0, 0, 1, 1}, 0}, {1, 2, 2, 3}) == Names{"PAD"});
  CHECK(LowerOne(PadLayer{{0, 1}, {0, 0}, 0.5F}, {1, 3}) == Names{"PADV2"});
  CHECK(LowerOne(SliceLayer{{0, 1, 0, 2}, {1, 2, 4, 1}}, {1, 3, 4, 5}) == Names{"STRIDED_SLICE"});
  CHECK(LowerOne(Transpose{{0, 2, 1}}, {1, 2, 3}) == Names{"TRANSPOSE"});
  CHECK(LowerOne(Transpose{{0, 1, 4, 2, 3}}, {1, 2, 3, 4, 5}) == Names{"TRANSPOSE"});
  CHECK(LowerOne(Transpose{{0, 3, 1, 2}}, {1, 1, 1, 3}) == Names{"RESHAPE"});
  CHECK(LowerOne(Transpose{{0, 2, 1, 3}}, {1, 4, 1, 3}) == Names{"RESHAPE"});
  RandomNetwork net(8);
  const ValueId x = net.Input({1, 2, 3, 4}), y = net.Input({1, 2, 3, 2});
  net.Output(net.Add("three", Concatenate{-1}, {x, y, x}));
  net.Output(net.Add("rows", Concatenate{1}, {x, x}));
  CheckLowered(net);
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

TEST_CASE("an inverted-residual network with gates, folded and lowered") {
  RandomNetwork net(18);
  const ActivationLayer relu6{ActivationKind::kClip, 0, 6};
  ValueId x = net.Input({1, 16, 16, 3});
  x = net.Add("rescaling", Affine{{1.0 / 127.5}, {-1}}, {x});
  x = net.Add("pad", PadLayer{{0, 0, 0, 0}, {0, 1, 1, 0}, 0}, {x});
  Convolution stem = net.Conv(8, 3, 3, 1, false);
  stem.stride = {2, 2};
  x = net.Add("stem", stem, {x});
  x = net.Add("stem/bn", net.Norm(8), {x});
  x = net.Add("stem/act", relu6, {x});
  for (const int block : {1, 2}) {
    const std::string name = "block" + std::to_string(block);
    const ValueId start = x;
    x = net.Add(name + "/expand", net.Conv(16, 1, 8, 1, false), {x});
    x = net.Add(name + "/expand/bn", net.Norm(16), {x});
    x = net.Add(name + "/expand/act", Arithmetic{ArithmeticKind::kMultiply},
                {x, net.Add(name + "/sigmoid", ActivationLayer{ActivationKind::kSigmoid}, {x})});
    Convolution depthwise = net.Conv(16, 3, 16, 16, false);
    depthwise.border = kSame;
    x = net.Add(name + "/depthwise", depthwise, {x});
    x = net.Add(name + "/depthwise/bn", net.Norm(16), {x});
    x = net.Add(name + "/depthwise/act", relu6, {x});
    ValueId gate = net.Add(name + "/mean", GlobalPooling{}, {x});
    gate = net.Add(name + "/flat", ReshapeLayer{{1, 1, 1, 16}}, {gate});
    gate = net.Relu(net.Add(name + "/squeeze", net.Conv(4, 1, 16), {gate}));
    gate = net.Add(name + "/excite", net.Conv(16, 1, 4), {gate});
    gate = net.Add(name + "/gate", ActivationLayer{ActivationKind::kHardSigmoid, 1.0 / 6, 0.5},
                   {gate});
    x = net.Add(name + "/times", Arithmetic{ArithmeticKind::kMultiply}, {x, gate});
    x = net.Add(name + "/project", net.Conv(8, 1, 16, 1, false), {x});
    x = net.Add(name + "/project/bn", net.Norm(8), {x});
    x = net.Add(name + "/sum", Arithmetic{}, {x, start});
  }
  x = net.Add("turn", Transpose{{0, 3, 1, 2}}, {x});
  x = net.Add("flatten", ReshapeLayer{{1, 512}}, {x});
  x = net.Add("dense", net.Matrix(3, 512), {x});
  net.Output(net.Add("softmax", ActivationLayer{ActivationKind::kSoftmax}, {x}));

  FoldReport report;
  Result<SourceNetwork> folded = Fold(net.network, report);
  REQUIRE_MESSAGE(folded.ok(), (folded.ok() ? "" : folded.error().detail));
  const Answers inputs = net.Inputs();
  const Answers expected = Evaluated(net.network, inputs);
  CheckClose(Evaluated(*folded, inputs)[0], expected[0], 1e-5);
  net.network = *std::move(folded);
  const Lowered lowered = CheckLowered(net);
  Names operators{"ADD", "CONV_2D"};  // the offset may not cross the padding, which is SAME's
  for (int block = 0; block < 2; ++block) {
    for (const char* name : {"CONV_2D", "LOGISTIC", "MUL", "DEPTHWISE_CONV_2D", "MEAN", "CONV_2D",
                             "CONV_2D", "ADD", "MUL", "MUL", "CONV_2D", "ADD"}) {
      operators.push_back(name);
    }
  }
  for (const char* name : {"RESHAPE", "FULLY_CONNECTED", "SOFTMAX"}) operators.push_back(name);
  CHECK(Operators(lowered) == operators);
}

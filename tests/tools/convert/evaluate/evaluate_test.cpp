#include "convert/evaluate.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace echolens;
using namespace echolens::convert;

namespace {

using Values = std::vector<double>;

// One layer on its own.
Values Run(const SourceOp& op, const std::vector<Shape>& shapes, const std::vector<Values>& inputs,
           bool quantized = false) {
  SourceNetwork network;
  std::vector<ValueId> ids;
  for (const Shape& shape : shapes) {  // as AddInput, but of any shape
    ids.push_back(static_cast<ValueId>(network.values.size()));
    network.values.push_back({"input", shape});
  }
  network.inputs = ids;
  const Result<ValueId> output = AddNode(network, "layer 1 'one' (Test)", op, ids);
  REQUIRE_MESSAGE(output.ok(), output.error().detail);
  network.outputs = {*output};
  const auto answers = Evaluate(network, inputs, {quantized, {}});
  REQUIRE_MESSAGE(answers.ok(), answers.error().detail);
  REQUIRE(answers->size() == 1);
  return (*answers)[0];
}

void CheckNear(const Values& got, const Values& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

Border Explicit(std::array<int, 2> before, std::array<int, 2> after) {
  return {Border::Kind::kExplicit, before, after};
}
constexpr Border kSame{Border::Kind::kSame, {}, {}};

Convolution Ones(int size) {
  Convolution op;
  op.kernel_shape = {1, size, size, 1};
  op.kernel.assign(static_cast<std::size_t>(size * size), 1);
  return op;
}

const Values kNine{1, 2, 3, 4, 5, 6, 7, 8, 9};

}  // namespace

TEST_CASE("a convolution meets its borders as it is told") {
  Convolution op = Ones(2);
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {12, 16, 24, 28});
  op.border = kSame;  // one row below, one column behind
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {12, 16, 9, 24, 28, 15, 15, 17, 9});
  op.border = Explicit({1, 0}, {0, 1});
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {3, 5, 3, 12, 16, 9, 24, 28, 15});
  op.border = {};
  op.stride = {1, 2};
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {12, 24});
  op.stride = {2, 2};
  op.border = kSame;  // SAME depends on the stride: here it adds one behind
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {12, 9, 15, 9});
}

TEST_CASE("a convolution's taps lie a dilation apart and are not mirrored") {
  Convolution op;
  op.kernel_shape = {1, 1, 2, 1};
  op.kernel = {1, 10};
  op.dilation = {1, 2};
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {31, 64, 97});
  op.kernel_shape = {1, 2, 1, 1};
  op.dilation = {2, 1};
  op.bias = {0.5F};
  CheckNear(Run(op, {{1, 3, 3, 1}}, {kNine}), {71.5, 82.5, 93.5});
}

TEST_CASE("a convolution's filters see the channels of their group") {
  Convolution op;
  op.kernel_shape = {2, 1, 1, 3};
  op.kernel = {1, 2, 3, 4, 5, 6};
  op.bias = {100, 200};
  CheckNear(Run(op, {{1, 1, 2, 3}}, {{1, 0, 0, 1, 1, 1}}), {101, 204, 106, 215});
  op.kernel_shape = {4, 1, 1, 2};  // two groups of two filters
  op.kernel = {1, 2, 3, 4, 5, 6, 7, 8};
  op.bias = {};
  op.groups = 2;
  CheckNear(Run(op, {{1, 1, 1, 4}}, {{1, 10, 100, 1000}}), {21, 43, 6500, 8700});
  op.kernel_shape = {4, 1, 2, 1};  // depthwise, two filters a channel
  CheckNear(Run(op, {{1, 1, 2, 2}}, {{1, 10, 100, 1000}}), {201, 403, 6050, 8070});
}

TEST_CASE("a dense layer works on the last axis") {
  const Dense op{{2, 3}, {1, 2, 3, 4, 5, 6}, {10, 20}};
  CheckNear(Run(op, {{1, 3}}, {{1, 1, 1}}), {16, 35});
  CheckNear(Run(op, {{1, 2, 3}}, {{1, 0, 0, 0, 0, 1}}), {11, 24, 13, 26});
  CheckNear(Run(Dense{{1, 2}, {2, 3}, {}}, {{1, 2}}, {{5, 7}}), {31});
}

TEST_CASE("normalisation and affine layers go channel by channel") {
  const BatchNormalization full{{2, 3}, {1, -1}, {4, 5}, {3, 8}, 1};
  CheckNear(Run(full, {{1, 2, 2}}, {{4, 5, 6, 11}}), {1, -1, 3, 5});
  const BatchNormalization bare{{}, {}, {1, 1}, {4, 16}, 0};
  CheckNear(Run(bare, {{1, 2}}, {{5, 5}}), {2, 1});
  CheckNear(Run(Affine{{2}, {0, 1}}, {{1, 1, 2}}, {{3, 4}}), {6, 9});
  CheckNear(Run(Affine{{2, 3}, {1}}, {{1, 2}}, {{3, 4}}), {7, 13});
}

TEST_CASE("activations") {
  struct Case {
    ActivationLayer op;
    Values expected;  // of −4, −1, 0, 2, 8
  };
  const auto s = [](double x) { return 1 / (1 + std::exp(-x)); };
  const Case table[] = {
      {{ActivationKind::kRelu}, {0, 0, 0, 2, 8}},
      {{ActivationKind::kSigmoid}, {s(-4), s(-1), 0.5, s(2), s(8)}},
      {{ActivationKind::kTanh}, {std::tanh(-4), std::tanh(-1), 0, std::tanh(2), std::tanh(8)}},
      {{ActivationKind::kSilu}, {-4 * s(-4), -s(-1), 0, 2 * s(2), 8 * s(8)}},
      {{ActivationKind::kHardSwish}, {0, -1.0 / 3, 0, 5.0 / 3, 8}},
      {{ActivationKind::kHardSigmoid, 0.2, 0.5}, {0, 0.3, 0.5, 0.9, 1}},
      {{ActivationKind::kClip, -2, 6}, {-2, -1, 0, 2, 6}},
      {{ActivationKind::kClip, -std::numeric_limits<double>::infinity(), 1}, {-4, -1, 0, 1, 1}},
  };
  for (const auto& [op, expected] : table) {
    CAPTURE(static_cast<int>(op.kind));
    CheckNear(Run(op, {{1, 5}}, {{-4, -1, 0, 2, 8}}), expected);
  }
  const ActivationLayer softmax{ActivationKind::kSoftmax};
  CheckNear(Run(softmax, {{1, 2, 2}}, {{1000, 1000, 0, std::log(3)}}), {0.5, 0.5, 0.25, 0.75});
}

TEST_CASE("pooling and its borders") {
  Pooling max{PoolKind::kMax, {2, 2}, {2, 2}, {}, false};
  Pooling average = max;
  average.kind = PoolKind::kAverage;
  CheckNear(Run(max, {{1, 3, 3, 1}}, {kNine}), {5});
  CheckNear(Run(average, {{1, 3, 3, 1}}, {kNine}), {3});
  max.border = average.border = kSame;
  CheckNear(Run(max, {{1, 3, 3, 1}}, {kNine}), {5, 6, 8, 9});
  CheckNear(Run(average, {{1, 3, 3, 1}}, {kNine}), {3, 4.5, 7.5, 9});
  max.border = average.border = Explicit({1, 1}, {0, 0});
  CheckNear(Run(max, {{1, 3, 3, 1}}, {{-1, -2, -3, -4, -5, -6, -7, -8, -9}}), {-1, -2, -4, -5});
  CheckNear(Run(average, {{1, 3, 3, 1}}, {kNine}), {1, 2.5, 5.5, 7});
  average.count_border = true;
  CheckNear(Run(average, {{1, 3, 3, 1}}, {kNine}), {0.25, 1.25, 2.75, 7});
  const Pooling rows{PoolKind::kMax, {3, 1}, {1, 2}, {}, false};
  CheckNear(Run(rows, {{1, 3, 3, 1}}, {kNine}), {7, 9});
  CheckNear(Run(Pooling{PoolKind::kMax, {1, 2}, {1, 1}, {}, false}, {{1, 1, 2, 2}}, {{1, 4, 3, 2}}),
            {3, 4});  // channels apart
}

TEST_CASE("global pooling takes the whole picture") {
  const Values image{1, -8, 3, -2, 5, -4, 7, -6};
  CheckNear(Run(GlobalPooling{PoolKind::kAverage, false}, {{1, 2, 2, 2}}, {image}), {4, -5});
  CheckNear(Run(GlobalPooling{PoolKind::kMax, true}, {{1, 2, 2, 2}}, {image}), {7, -2});
}

TEST_CASE("arithmetic broadcasts like NumPy") {
  const Arithmetic add{ArithmeticKind::kAdd};
  CheckNear(Run(add, {{1, 2, 2}, {2}}, {{1, 2, 3, 4}, {10, 20}}), {11, 22, 13, 24});
  CheckNear(Run(add, {{2, 1}, {1, 2}}, {{1, 2}, {10, 20}}), {11, 21, 12, 22});
  CheckNear(Run(Arithmetic{ArithmeticKind::kSubtract}, {{2}, {1, 2, 1}}, {{1, 2}, {10, 20}}),
            {-9, -8, -19, -18});
  CheckNear(Run(Arithmetic{ArithmeticKind::kMultiply}, {{1, 2}, {}}, {{1, 2}, {3}}), {3, 6});
}

TEST_CASE("layers that only move values") {
  CheckNear(Run(ConstantValue{{1, 2}, {1.5F, -2}}, {}, {}), {1.5, -2});
  CheckNear(Run(Concatenate{-1}, {{1, 2, 1}, {1, 2, 2}}, {{1, 2}, {3, 4, 5, 6}}),
            {1, 3, 4, 2, 5, 6});
  CheckNear(Run(Concatenate{1}, {{1, 1, 2}, {1, 2, 2}}, {{1, 2}, {3, 4, 5, 6}}),
            {1, 2, 3, 4, 5, 6});
  CheckNear(Run(ReshapeLayer{{1, 4}}, {{1, 2, 2}}, {{1, 2, 3, 4}}), {1, 2, 3, 4});
  CheckNear(Run(Transpose{{0, 2, 1}}, {{1, 2, 3}}, {{1, 2, 3, 4, 5, 6}}), {1, 4, 2, 5, 3, 6});
  CheckNear(Run(Transpose{{2, 0, 1}}, {{1, 2, 3}}, {{1, 2, 3, 4, 5, 6}}), {1, 4, 2, 5, 3, 6});
  CheckNear(Run(SliceLayer{{0, 1, 1}, {1, 1, 2}}, {{1, 2, 3}}, {{1, 2, 3, 4, 5, 6}}), {5, 6});
  CheckNear(Run(SliceLayer{{0, 0, 2}, {1, 2, 1}}, {{1, 2, 3}}, {{1, 2, 3, 4, 5, 6}}), {3, 6});
  CheckNear(Run(PadLayer{{0, 1, 0}, {0, 0, 1}, 7}, {{1, 1, 2}}, {{1, 2}}), {7, 7, 7, 1, 2, 7});
}

TEST_CASE("resizing takes the coordinates of TensorFlow's kernels") {
  const auto row = [](ResizeKind kind, int width) {
    return Run(ResizeLayer{kind, 1, width}, {{1, 1, 3, 1}}, {{0, 10, 40}});
  };
  CheckNear(row(ResizeKind::kBilinearHalfPixel, 6), {0, 2.5, 7.5, 17.5, 32.5, 40});
  CheckNear(row(ResizeKind::kBilinearHalfPixel, 2), {2.5, 32.5});
  CheckNear(row(ResizeKind::kBilinearAlignCorners, 5), {0, 5, 10, 25, 40});
  CheckNear(row(ResizeKind::kBilinearAlignCorners, 1), {0});
  CheckNear(row(ResizeKind::kBilinearAsymmetric, 6), {0, 5, 10, 25, 40, 40});
  CheckNear(row(ResizeKind::kBilinearAsymmetric, 2), {0, 25});
  CheckNear(row(ResizeKind::kNearest, 6), {0, 0, 10, 10, 40, 40});
  CheckNear(Run(ResizeLayer{ResizeKind::kBilinearAlignCorners, 3, 3}, {{1, 2, 2, 2}},
                {{0, 1, 2, 1, 4, 1, 10, 1}}),
            {0, 1, 1, 1, 2, 1, 2, 1, 4, 1, 6, 1, 4, 1, 7, 1, 10, 1});
  CheckNear(Run(ResizeLayer{ResizeKind::kNearest, 4, 2}, {{1, 2, 2, 1}}, {{1, 2, 3, 4}}),
            {1, 2, 1, 2, 3, 4, 3, 4});
}

TEST_CASE("rounding to int8 sends halves to the even neighbour and saturates") {
  const FakeQuantize op{0.5F, 100};
  const Values x{0.25, 0.75, -0.25, -0.8, 1e6, -1e6};
  CheckNear(Run(op, {{1, 6}}, {x}), x);
  CheckNear(Run(op, {{1, 6}}, {x}, true), {0, 1, 0, -1, 13.5, -114});
}

TEST_CASE("a network's branches, several outputs, and an input passed through") {
  SourceNetwork network;
  const ValueId x = *AddInput(network, "x", {1, 2});
  const ValueId twice = *AddNode(network, "'twice'", Affine{{2}, {0}}, {x});
  const ValueId sum = *AddNode(network, "'sum'", Arithmetic{}, {twice, x});
  network.outputs = {sum, x, twice};
  const auto answers = Evaluate(network, {{1, -1}});
  REQUIRE(answers.ok());
  CHECK(*answers == std::vector<Values>{{3, -3}, {1, -1}, {2, -2}});
}

TEST_CASE("wrong inputs are named, and a stop is heeded") {
  SourceNetwork network;
  const ValueId x = *AddInput(network, "image", {1, 2});
  network.outputs = {*AddNode(network, "'relu'", ActivationLayer{}, {x})};
  const auto none = Evaluate(network, {});
  REQUIRE(!none.ok());
  CHECK(none.error().code == ErrorCode::kInvalidArgument);
  CHECK(none.error().detail == "inputs of the network: got 0, expected 1");
  const auto three = Evaluate(network, {{1, 2, 3}});
  REQUIRE(!three.ok());
  CHECK(three.error().detail == "values of input 'image': got 3, expected 2");
  const auto stopped = Evaluate(network, {{1, 2}}, {false, [] { return true; }});
  REQUIRE(!stopped.ok());
  CHECK(stopped.error().code == ErrorCode::kInternal);
  CHECK(stopped.error().detail == "stopped");
}

#include "convert/known_sign.h"

#include "tools/convert/random_network.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("what is never negative, whatever the input is") {
  RandomNetwork net(1);
  const ValueId x = net.Input({1, 2, 2, 2});
  const ValueId relu = net.Relu(x);
  const ValueId positive = net.Constant({2}, 0, 1), mixed = net.Constant({2}, -1, -0.5F);
  struct Case {
    ValueId value;
    bool known;
  };
  const auto act = [&](ActivationKind kind, ValueId of, double alpha = 0, double beta = 0) {
    return net.Add("a", ActivationLayer{kind, alpha, beta}, {of});
  };
  const auto sum = [&](ArithmeticKind kind, ValueId a, ValueId b) {
    return net.Add("b", Arithmetic{kind}, {a, b});
  };
  const Case table[] = {
      {x, false},
      {relu, true},
      {positive, true},
      {mixed, false},
      {act(ActivationKind::kSigmoid, x), true},
      {act(ActivationKind::kSoftmax, x), true},
      {act(ActivationKind::kHardSigmoid, x, -1, 0), true},
      {act(ActivationKind::kTanh, x), false},
      {act(ActivationKind::kTanh, relu), true},
      {act(ActivationKind::kSilu, x), false},
      {act(ActivationKind::kHardSwish, relu), true},
      {act(ActivationKind::kClip, x, 0, 6), true},
      {act(ActivationKind::kClip, x, -1, 6), false},
      {act(ActivationKind::kClip, relu, -1, 6), true},
      {act(ActivationKind::kClip, relu, -2, -1), false},
      {sum(ArithmeticKind::kAdd, relu, positive), true},
      {sum(ArithmeticKind::kAdd, relu, mixed), false},
      {sum(ArithmeticKind::kMultiply, relu, relu), true},
      {sum(ArithmeticKind::kSubtract, relu, relu), false},
      {net.Add("c", PadLayer{{0, 1, 0, 0}, {0, 0, 0, 0}, 0}, {relu}), true},
      {net.Add("c", PadLayer{{0, 1, 0, 0}, {0, 0, 0, 0}, -1}, {relu}), false},
      {net.Add("d", Pooling{PoolKind::kAverage, {2, 2}, {1, 1}, {}, false}, {relu}), true},
      {net.Add("d", GlobalPooling{}, {x}), false},
      {net.Add("e", Concatenate{-1}, {relu, x}), false},
      {net.Add("e", Concatenate{-1}, {relu, relu}), true},
      {net.Add("f", ReshapeLayer{{1, 8}}, {relu}), true},
      {net.Add("f", SliceLayer{{0, 0, 0, 1}, {1, 2, 2, 1}}, {relu}), true},
      {net.Add("f", Transpose{{0, 2, 1, 3}}, {relu}), true},
      {net.Add("f", ResizeLayer{ResizeKind::kNearest, 4, 4}, {relu}), true},
      {net.Add("f", FakeQuantize{}, {relu}), true},
      {net.Add("g", net.Scaling(2), {relu}), false},
      {net.Add("g", net.Conv(2, 1, 2), {relu}), false},
  };
  const std::vector<bool> known = NeverNegative(net.network);
  for (const auto& [value, expected] : table) {
    CAPTURE(value);
    CHECK(known[static_cast<std::size_t>(value)] == expected);
  }
}

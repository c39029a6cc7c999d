#include "tools/convert/fold/fold_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("arithmetic with a constant a channel is an affine layer") {
  for (const auto kind :
       {ArithmeticKind::kAdd, ArithmeticKind::kSubtract, ArithmeticKind::kMultiply}) {
    for (const bool swapped : {false, true}) {
      for (const Shape& shape : {Shape{3}, {1, 1, 1, 3}, {1}, {}}) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(swapped);
        const Folded folded = FoldChain({1, 4, 4, 2}, [&](RandomNetwork& net, ValueId x) {
          x = net.Add("conv", net.Conv(3, 2, 2), {x});
          const ValueId c = net.Constant(shape);
          return net.Add("op", Arithmetic{kind}, swapped ? std::vector{c, x} : std::vector{x, c});
        });
        CHECK(folded.layers == Names{"conv"});
      }
    }
  }
  const auto kept = [](const Shape& shape, const Shape& constant) {
    return FoldChain(shape,
                     [&](RandomNetwork& net, ValueId x) {
                       return net.Add("op", Arithmetic{}, {x, net.Constant(constant)});
                     })
        .layers;
  };
  CHECK(kept({1, 3, 3, 2}, {3, 1}) == Names{"constant", "arithmetic"});  // by column
  CHECK(kept({1, 2, 1, 2}, {2, 2}) == Names{"constant", "arithmetic"});  // it broadcasts x
  CHECK(kept({1, 2}, {1, 1, 2}) == Names{"constant", "arithmetic"});     // and adds an axis
}

TEST_CASE("activations that are written out are recognised") {
  const ActivationLayer relu6{ActivationKind::kClip, 0, 6};
  const ActivationLayer hard{ActivationKind::kHardSigmoid, 0.16666667163372F, 0.5};
  const Arithmetic times{ArithmeticKind::kMultiply};
  const auto layers = [](const Build& build) { return FoldChain({1, 4, 4, 3}, build).layers; };
  CHECK(layers([&](RandomNetwork& net, ValueId x) {
          return net.Add("y", times, {x, net.Add("s", kSigmoid, {x})});
        }) == Names{"silu"});
  CHECK(layers([&](RandomNetwork& net, ValueId x) {
          return net.Add("y", times, {net.Add("s", hard, {x}), x});
        }) == Names{"hswish"});
  for (const bool late : {false, true}) {
    for (const bool swapped : {false, true}) {
      const Folded folded = FoldChain({1, 4, 4, 3}, [&](RandomNetwork& net, ValueId x) {
        const ValueId three = net.Add("three", ConstantValue{{}, {3}}, {});
        const ValueId sixth = net.Add("sixth", ConstantValue{{1}, {1.0F / 6}}, {});
        ValueId gate = net.Add("clip", relu6, {net.Add("plus", Arithmetic{}, {x, three})});
        if (!late) gate = net.Add("times", times, {gate, sixth});
        const ValueId y =
            net.Add("y", times, swapped ? std::vector{gate, x} : std::vector{x, gate});
        return late ? net.Add("last", times, {y, sixth}) : y;
      });
      CHECK(folded.layers == Names{"hswish"});
    }
  }
  CHECK(layers([&](RandomNetwork& net, ValueId x) {  // a gate that is read twice stays
          const ValueId gate = net.Add("s", kSigmoid, {x});
          return net.Add("sum", Arithmetic{}, {net.Add("y", times, {x, gate}), gate});
        }) == Names{"sigmoid", "silu", "arithmetic"});
  CHECK(layers([&](RandomNetwork& net, ValueId x) {  // of something else
          return net.Add("y", times, {x, net.Add("s", kSigmoid, {net.Relu(x)})});
        }) == Names{"relu", "sigmoid", "arithmetic"});
  CHECK(layers([](RandomNetwork& net, ValueId x) {
          return net.Add("clip", ActivationLayer{ActivationKind::kClip, 0, kInfinity}, {x});
        }) == Names{"relu"});
  const Folded clips = FoldChain({1, 4}, [](RandomNetwork& net, ValueId x) {
    return net.Add("min", ActivationLayer{ActivationKind::kClip, -kInfinity, 6}, {net.Relu(x)});
  });
  CHECK(clips.layers == Names{"clip"});
  const auto& clip = std::get<ActivationLayer>(clips.network.nodes[0].op);
  CHECK(clip.alpha == 0);
  CHECK(clip.beta == 6);
}

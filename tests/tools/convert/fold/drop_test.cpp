#include "tools/convert/fold/fold_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("what is constant is computed, what nobody reads is dropped") {
  RandomNetwork net(24);
  const ValueId x = net.Input({1, 2, 3});
  ValueId c = net.Add("sum", Arithmetic{}, {net.Constant({2, 1}), net.Constant({1, 1, 3})});
  c = net.Add("times", Arithmetic{ArithmeticKind::kMultiply}, {c, net.Constant({})});
  c = net.Add("less", Arithmetic{ArithmeticKind::kSubtract}, {c, net.Constant({3})});
  c = net.Add("scale", net.Scaling(3), {c});
  c = net.Add("turn", Transpose{{2, 0, 1}}, {c});
  c = net.Add("shape", ReshapeLayer{{1, 3, 2}}, {c});
  c = net.Add("join", Concatenate{1}, {c, net.Constant({1, 1, 2})});
  c = net.Add("back", ReshapeLayer{{1, 2, 4}}, {c});
  net.Output(net.Add("all", Concatenate{2},
                     {net.Add("both", Arithmetic{}, {x, net.Constant({2, 1})}),
                      net.Add("y", Arithmetic{}, {net.Relu(x), net.Constant({2, 1})})}));
  net.Output(net.Add("out", Arithmetic{},
                     {net.Add("wide", Concatenate{2}, {x, x}),
                      net.Add("six", Concatenate{2}, {c, net.Constant({1, 2, 2})})}));
  net.Relu(net.Add("unread", net.Matrix(2, 3), {x}));
  const Folded folded = CheckFolded(net);
  CHECK(folded.lines[0] == "layer 25 'relu25' (Test) dropped: nothing reads it");
  CHECK(std::ranges::count(folded.layers, "transpose") == 0);
  CHECK(std::ranges::count(folded.layers, "reshape") == 0);
  CHECK(std::ranges::count(folded.layers, "dense") == 0);
  CHECK(std::ranges::count(folded.layers, "constant") == 3);
  CHECK(std::ranges::count(folded.layers, "concatenate") == 2);
}

TEST_CASE("layers that change nothing are dropped") {
  const Build table[] = {
      [](RandomNetwork& net, ValueId x) { return net.Add("one", Affine{{1, 1}, {0}}, {x}); },
      [](RandomNetwork& net, ValueId x) { return net.Add("one", ReshapeLayer{{1, 3, 3, 2}}, {x}); },
      [](RandomNetwork& net, ValueId x) { return net.Add("one", Transpose{{0, 1, 2, 3}}, {x}); },
      [](RandomNetwork& net, ValueId x) {
        return net.Add("one", PadLayer{{0, 0, 0, 0}, {0, 0, 0, 0}, 5}, {x});
      },
      [](RandomNetwork& net, ValueId x) {
        return net.Add("one", SliceLayer{{0, 0, 0, 0}, {1, 3, 3, 2}}, {x});
      },
      [](RandomNetwork& net, ValueId x) { return net.Add("one", Concatenate{1}, {x}); },
      [](RandomNetwork& net, ValueId x) { return net.Add("one", ActivationLayer{}, {x}); },
      [](RandomNetwork& net, ValueId x) {
        return net.Add("one", ResizeLayer{ResizeKind::kBilinearHalfPixel, 3, 3}, {x});
      },
      [](RandomNetwork& net, ValueId x) {
        return net.Add("one", Pooling{PoolKind::kMax, {1, 1}, {1, 1}, kSame, false}, {x});
      },
      [](RandomNetwork& net, ValueId x) {
        return net.Add("one", ActivationLayer{ActivationKind::kClip, -kInfinity, kInfinity}, {x});
      },
  };
  for (const Build& layer : table) {
    const Folded folded = FoldChain({1, 3, 3, 2}, [&](RandomNetwork& net, ValueId x) {
      return layer(net, net.Add("sigmoid", kSigmoid, {x}));  // never negative
    });
    CHECK(folded.layers == Names{"sigmoid"});
    CHECK(folded.lines == Names{"layer 2 'one' (Test) dropped: it changes nothing"});
  }
  // Between an input and an output there is nothing to drop it into.
  const Folded bare = FoldChain(
      {1, 2}, [](RandomNetwork& net, ValueId x) { return net.Add("one", Affine{{1}, {0}}, {x}); });
  CHECK(bare.layers == Names{"affine"});
}

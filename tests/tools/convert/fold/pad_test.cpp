#include "tools/convert/fold/fold_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("padding becomes the border of a convolution") {
  for (const Border& own : {Border{}, kSame, Explicit({0, 2}, {1, 0})}) {
    for (const int stride : {1, 2}) {
      const Folded folded = FoldChain({1, 5, 6, 2}, [&](RandomNetwork& net, ValueId x) {
        x = net.Add("pad", PadLayer{{0, 1, 0, 0}, {0, 2, 1, 0}, 0}, {x});
        Convolution conv = net.Conv(3, 3, 2);
        conv.border = own;
        conv.stride = {stride, stride};
        return net.Add("conv", conv, {x});
      });
      CHECK(folded.layers == Names{"conv"});
      CHECK(folded.lines == Names{"layer 1 'pad' (Test) into layer 2 'conv' (Test)"});
    }
  }
  const auto kept = [](const PadLayer& pad) {
    return FoldChain({1, 5, 5, 2},
                     [&](RandomNetwork& net, ValueId x) {
                       x = net.Add("pad", pad, {x});
                       return net.Add("conv", net.Conv(3, 2, net.ShapeOf(x).back()), {x});
                     })
        .layers;
  };
  CHECK(kept({{0, 1, 1, 0}, {0, 1, 1, 0}, 1}) == Names{"pad", "conv"});  // not of zeros
  CHECK(kept({{0, 1, 1, 1}, {0, 1, 1, 0}, 0}) == Names{"pad", "conv"});  // of channels
  const Folded two = FoldChain({1, 5, 5, 2}, [](RandomNetwork& net, ValueId x) {
    const ValueId y = net.Add("pad", PadLayer{{0, 1, 1, 0}, {0, 1, 1, 0}, 0}, {x});
    return net.Add("sum", Arithmetic{},
                   {net.Add("a", net.Conv(2, 3, 2), {y}), net.Add("b", net.Conv(2, 3, 2), {y})});
  });
  CHECK(two.layers == Names{"conv", "conv", "arithmetic"});
}

TEST_CASE("padding becomes the border of a pooling where that is the same") {
  const auto layers = [](PoolKind kind, int size, const Border& own, bool count, float value,
                         bool relu) {
    return FoldChain({1, 5, 6, 2},
                     [&](RandomNetwork& net, ValueId x) {
                       if (relu) x = net.Relu(x);
                       x = net.Add("pad", PadLayer{{0, 1, 2, 0}, {0, 1, 1, 0}, value}, {x});
                       return net.Add("pool", Pooling{kind, {size, size}, {2, 2}, own, count}, {x});
                     })
        .layers;
  };
  constexpr auto kMax = PoolKind::kMax, kAverage = PoolKind::kAverage;
  const Names pool{"pool"}, both{"pad", "pool"};
  CHECK(layers(kAverage, 3, {}, false, 0, false) == pool);
  CHECK(layers(kAverage, 3, kSame, true, 0, false) == pool);
  CHECK(layers(kAverage, 2, {}, true, 0, false) == pool);
  CHECK(layers(kAverage, 2, kSame, false, 0, false) == both);  // two kinds of edge
  CHECK(layers(kAverage, 3, {}, false, 1, false) == both);
  CHECK(layers(kMax, 3, {}, false, 0, true) == Names{"relu", "pool"});
  const float lowest = std::numeric_limits<float>::lowest();
  CHECK(layers(kMax, 3, {}, false, lowest, false) == pool);
  CHECK(layers(kMax, 3, kSame, false, lowest, false) == both);  // a window of edges alone
  CHECK(layers(kMax, 3, {}, false, 0, false) == both);  // negative values lose against the edge
  CHECK(layers(kMax, 2, {}, false, 0, true) == Names{"relu", "pad", "pool"});  // all edge
}

#include "tools/convert/fold/fold_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("batch normalisation and affine layers go into the convolution or dense layer before") {
  for (const auto& [groups, filters] : {std::pair{1, 5}, {2, 6}, {4, 8}}) {
    const Folded folded = FoldChain({1, 5, 5, 4}, [&](RandomNetwork& net, ValueId x) {
      Convolution conv = net.Conv(filters, 3, 4, groups, false);
      conv.border = kSame;
      x = net.Add("conv", conv, {x});
      x = net.Add("bn", net.Norm(filters), {x});
      return net.Add("scale", net.Scaling(filters), {x});
    });
    CHECK(folded.layers == Names{"conv"});
    CHECK(folded.lines == Names{"layer 2 'bn' (Test) into layer 3 'scale' (Test)",
                                "layer 3 'scale' (Test) into layer 1 'conv' (Test)"});
  }
  const Folded dense = FoldChain({1, 4}, [](RandomNetwork& net, ValueId x) {
    x = net.Add("dense", net.Matrix(3, 4), {x});
    return net.Add("bn", net.Norm(3), {x});
  });
  CHECK(dense.layers == Names{"dense"});
  CHECK(dense.lines == Names{"layer 2 'bn' (Test) into layer 1 'dense' (Test)"});
}

TEST_CASE("a value with two readers, or that is an output, keeps its layer") {
  const Folded read = FoldChain({1, 3, 3, 2}, [](RandomNetwork& net, ValueId x) {
    const ValueId y = net.Add("conv", net.Conv(3, 1, 2), {x});
    const ValueId z = net.Add("bn", net.Norm(3), {y});
    return net.Add("sum", Arithmetic{}, {net.Relu(z), y});
  });
  CHECK(read.layers == Names{"conv", "affine", "relu", "arithmetic"});
  const Folded output = FoldChain({1, 3, 3, 2}, [](RandomNetwork& net, ValueId x) {
    const ValueId y = net.Add("conv", net.Conv(3, 1, 2), {x});
    net.Output(y);
    return net.Add("bn", net.Norm(3), {y});
  });
  CHECK(output.layers == Names{"conv", "affine"});
  const Folded before = FoldChain({1, 3, 3, 2}, [](RandomNetwork& net, ValueId x) {
    const ValueId y = net.Add("scale", net.Scaling(2), {x});
    net.Output(y);
    return net.Add("conv", net.Conv(3, 1, 2), {y});
  });
  CHECK(before.layers == Names{"affine", "conv"});
  const Folded rounded = FoldChain({1, 3}, [](RandomNetwork& net, ValueId x) {
    x = net.Add("dense", net.Matrix(2, 3), {x});
    x = net.Add("round", FakeQuantize{}, {x});
    return net.Add("scale", net.Scaling(2), {x});
  });
  CHECK(rounded.layers == Names{"dense", "round", "affine"});
}

TEST_CASE("an affine layer goes into the convolution behind it where no border is seen") {
  struct Case {
    int size, stride, groups;
    Border border;
    bool offset;
    Names layers;
  };
  const Case table[] = {
      {3, 1, 1, {}, true, {"conv"}},
      {3, 2, 2, {}, true, {"conv"}},
      {1, 1, 1, kSame, true, {"conv"}},
      {3, 1, 4, {}, true, {"conv"}},
      {3, 1, 1, kSame, false, {"conv"}},
      {2, 2, 1, kSame, true, {"conv"}},                     // SAME adds nothing to 6 × 6
      {2, 2, 1, Explicit({0, 0}, {1, 1}), true, {"conv"}},  // no window reads it
      {3, 1, 1, kSame, true, {"affine", "conv"}},
      {3, 2, 2, Explicit({1, 1}, {1, 1}), true, {"affine", "conv"}},
  };
  for (const Case& test : table) {
    CAPTURE(test.size);
    CAPTURE(test.groups);
    const Folded folded = FoldChain({1, 6, 6, 4}, [&](RandomNetwork& net, ValueId x) {
      Affine affine = net.Scaling(4);
      if (!test.offset) affine.offset = {0};
      x = net.Add("scale", affine, {x});
      Convolution conv = net.Conv(8, test.size, 4, test.groups);
      conv.border = test.border;
      conv.stride = {test.stride, test.stride};
      return net.Add("conv", conv, {x});
    });
    CHECK(folded.layers == test.layers);
    if (test.layers.size() == 1) {
      CHECK(folded.lines == Names{"layer 1 'scale' (Test) into layer 2 'conv' (Test)"});
      continue;
    }
    // Only the offset stays outside.
    CHECK(folded.lines == Names{"scale of layer 1 'scale' (Test) into layer 2 'conv' (Test)"});
    CHECK(std::get<Affine>(folded.network.nodes[0].op).scale == std::vector<double>{1});
  }
  const Folded zero = FoldChain({1, 6, 6, 2}, [](RandomNetwork& net, ValueId x) {
    x = net.Add("scale", Affine{{0, 1}, {1, 1}}, {x});
    Convolution conv = net.Conv(3, 3, 2);
    conv.border = kSame;
    return net.Add("conv", conv, {x});
  });
  CHECK(zero.layers == Names{"affine", "conv"});
  CHECK(zero.lines.empty());
}

TEST_CASE("an affine layer goes into a dense layer behind it, through a flattening reshape") {
  const auto layers = [](const Shape& shape, const Shape& flat, int channels) {
    return FoldChain(shape,
                     [&](RandomNetwork& net, ValueId x) {
                       x = net.Add("scale", net.Scaling(channels), {x});
                       if (!flat.empty()) x = net.Add("flat", ReshapeLayer{flat}, {x});
                       return net.Add("dense", net.Matrix(3, net.ShapeOf(x).back()), {x});
                     })
        .layers;
  };
  CHECK(layers({1, 6}, {}, 6) == Names{"dense"});
  CHECK(layers({1, 2, 3, 4}, {1, 24}, 4) == Names{"reshape", "dense"});
  CHECK(layers({1, 2, 3, 4}, {1, 2, 12}, 4) == Names{"reshape", "dense"});
  CHECK(layers({1, 2, 3, 4}, {1, 12, 2}, 4) == Names{"affine", "reshape", "dense"});
  CHECK(layers({1, 2, 3, 4}, {1, 4, 6}, 4) == Names{"affine", "reshape", "dense"});
}

TEST_CASE("a filter whose gamma is 0 stays finite; one that leaves float32 is refused") {
  RandomNetwork net(22);
  ValueId x = net.Input({1, 4, 4, 2});
  x = net.Add("conv", net.Conv(2, 3, 2), {x});
  net.Output(net.Add("bn", BatchNormalization{{0, 1}, {}, {0, 0}, {0, 1}, 1e-3}, {x}));
  CHECK(CheckFolded(net).layers == Names{"conv"});

  RandomNetwork large(23);
  x = large.Input({1, 2});
  x = large.Add("dense", Dense{{1, 2}, {1e30F, 1}, {}}, {x});
  large.Output(large.Add("scale", Affine{{1e30}, {0}}, {x}));
  FoldReport report;
  const auto folded = Fold(large.network, report);
  REQUIRE(!folded.ok());
  CHECK(folded.error().code == ErrorCode::kSourceUnsupported);
  CHECK(folded.error().detail ==
        "layer 1 'dense' (Test): folding its neighbours into it gives a weight that is too large "
        "for float32; train or export it with smaller weights");
}

#include "convert/fold.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>

#include "tools/convert/random_network.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Border kSame{Border::Kind::kSame, {}, {}};
const ActivationLayer kSigmoid{ActivationKind::kSigmoid};
const ActivationLayer kSoftmax{ActivationKind::kSoftmax};

Border Explicit(std::array<int, 2> before, std::array<int, 2> after) {
  return {Border::Kind::kExplicit, before, after};
}

using Names = std::vector<std::string>;

Names Layers(const SourceNetwork& network) {
  Names names;
  for (const SourceNode& node : network.nodes) {
    names.push_back(std::visit(
        Overloaded{
            [](const Convolution&) { return "conv"; }, [](const Dense&) { return "dense"; },
            [](const BatchNormalization&) { return "norm"; },
            [](const Affine&) { return "affine"; },
            [](const ActivationLayer& op) {
              constexpr const char* kNames[] = {"relu",   "sigmoid",  "tanh", "silu",
                                                "hswish", "hsigmoid", "clip", "softmax"};
              return kNames[static_cast<std::size_t>(op.kind)];
            },
            [](const Pooling&) { return "pool"; }, [](const GlobalPooling&) { return "global"; },
            [](const Arithmetic&) { return "arithmetic"; },
            [](const ConstantValue&) { return "constant"; },
            [](const Concatenate&) { return "concatenate"; },
            [](const ReshapeLayer&) { return "reshape"; },
            [](const Transpose&) { return "transpose"; }, [](const PadLayer&) { return "pad"; },
            [](const ResizeLayer&) { return "resize"; },
            [](const FakeQuantize&) { return "round"; }},
        node.op));
  }
  return names;
}

// Folds the network: the same function, inputs and outputs. What is left, and what was said.
struct Folded {
  Names layers;
  Names lines;
  SourceNetwork network;
};

// Weights are rounded to float32 once a rewrite: 6e-8 of each, and sums of some dozen of them.
constexpr double kTolerance = 5e-6;

Folded CheckFolded(RandomNetwork& net) {
  const Answers inputs = net.Inputs();
  const Answers before = Evaluated(net.network, inputs);
  FoldReport report;
  Result<SourceNetwork> folded = Fold(net.network, report);
  REQUIRE_MESSAGE(folded.ok(), (folded.ok() ? "" : folded.error().detail));
  REQUIRE(folded->inputs.size() == net.network.inputs.size());
  REQUIRE(folded->outputs.size() == net.network.outputs.size());
  for (std::size_t i = 0; i < folded->outputs.size(); ++i) {
    const auto value = [i](const SourceNetwork& network) {
      return network.values[static_cast<std::size_t>(network.outputs[i])];
    };
    CHECK(value(*folded).name == value(net.network).name);
    CHECK(value(*folded).shape == value(net.network).shape);
  }
  const Answers after = Evaluated(*folded, inputs);
  for (std::size_t i = 0; i < before.size(); ++i) CheckClose(after[i], before[i], kTolerance);
  return {Layers(*folded), report.lines, *std::move(folded)};
}

// One chain of layers behind an input of this shape.
using Build = std::function<ValueId(RandomNetwork&, ValueId)>;
Folded FoldChain(const Shape& shape, const Build& build) {
  RandomNetwork net(21);
  const ValueId x = net.Input(shape);
  const ValueId y = build(net, x);
  net.Output(y);
  return CheckFolded(net);
}

}  // namespace

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

TEST_CASE("transposes and reshapes join, vanish, and move behind layers of single elements") {
  const auto layers = [](const Shape& shape, const Build& build) {
    return FoldChain(shape, build).layers;
  };
  CHECK(layers({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
          x = net.Relu(x);
          x = net.Add("there", Transpose{{0, 3, 1, 2}}, {x});
          x = net.Add("tanh", ActivationLayer{ActivationKind::kTanh}, {x});
          x = net.Add("half", Affine{{0.5}, {1}}, {x});
          return net.Add("back", Transpose{{0, 2, 3, 1}}, {x});
        }) == Names{"relu", "tanh", "affine"});
  CHECK(layers({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
          x = net.Add("a", Transpose{{0, 3, 1, 2}}, {x});
          return net.Add("b", Transpose{{0, 3, 1, 2}}, {x});
        }) == Names{"transpose"});
  CHECK(layers({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
          const ValueId a = net.Add("a", Transpose{{0, 3, 1, 2}}, {net.Relu(x)});
          const ValueId b = net.Add("b", Transpose{{0, 3, 1, 2}}, {net.Add("s", kSigmoid, {x})});
          return net.Add("back", Transpose{{0, 2, 3, 1}}, {net.Add("sum", Arithmetic{}, {a, b})});
        }) == Names{"relu", "sigmoid", "arithmetic"});
  CHECK(layers({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
          x = net.Add("flat", ReshapeLayer{{1, 24}}, {x});
          x = net.Add("sigmoid", kSigmoid, {x});
          return net.Add("again", ReshapeLayer{{1, 4, 6}}, {x});
        }) == Names{"sigmoid", "reshape"});
  CHECK(layers({1, 4, 1, 3}, [](RandomNetwork& net, ValueId x) {  // one element moves nothing
          x = net.Add("turn", Transpose{{0, 2, 1, 3}}, {x});
          return net.Add("dense", net.Matrix(2, 3), {x});
        }) == Names{"reshape", "dense"});
  // Not these.
  CHECK(layers({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
          x = net.Add("a", Transpose{{0, 3, 1, 2}}, {x});
          return net.Add("softmax", kSoftmax, {x});
        }) == Names{"transpose", "softmax"});
  CHECK(layers({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
          x = net.Add("a", Transpose{{0, 3, 1, 2}}, {x});
          return net.Add("scale", net.Scaling(3), {x});
        }) == Names{"transpose", "affine"});
  CHECK(layers({1, 3, 3, 2}, [](RandomNetwork& net, ValueId x) {
          const ValueId a = net.Add("a", Transpose{{0, 2, 1, 3}}, {net.Relu(x)});
          const ValueId b = net.Add("b", Transpose{{0, 3, 2, 1}}, {net.Add("s", kSigmoid, {x})});
          return net.Add("join", Concatenate{3}, {a, net.Add("c", Transpose{{0, 3, 2, 1}}, {b})});
        }) == Names{"relu", "transpose", "sigmoid", "concatenate"});
}

TEST_CASE("a transpose before a flattening reshape goes into the dense layer") {
  const Folded folded = FoldChain({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
    x = net.Add("turn", Transpose{{0, 3, 1, 2}}, {x});
    x = net.Add("flat", ReshapeLayer{{1, 24}}, {x});
    x = net.Relu(x);
    return net.Add("dense", net.Matrix(5, 24), {x});
  });
  CHECK(folded.layers == Names{"relu", "reshape", "dense"});
  CHECK(folded.lines.back() == "layer 1 'turn' (Test) into layer 4 'dense' (Test)");
  const Folded rows = FoldChain({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
    x = net.Add("turn", Transpose{{0, 3, 1, 2}}, {x});
    x = net.Add("flat", ReshapeLayer{{1, 4, 6}}, {x});
    return net.Add("dense", net.Matrix(5, 6), {x});
  });
  CHECK(rows.layers == Names{"transpose", "reshape", "dense"});
  const Folded read = FoldChain({1, 2, 3, 4}, [](RandomNetwork& net, ValueId x) {
    x = net.Add("turn", Transpose{{0, 3, 1, 2}}, {x});
    x = net.Add("flat", ReshapeLayer{{1, 24}}, {x});
    net.Output(x);
    return net.Add("dense", net.Matrix(5, 24), {x});
  });
  CHECK(read.layers == Names{"transpose", "reshape", "dense"});
}

TEST_CASE("global pooling takes the shape that is asked of it") {
  for (const bool keep : {false, true}) {
    const Folded folded = FoldChain({1, 2, 3, 4}, [&](RandomNetwork& net, ValueId x) {
      x = net.Add("mean", GlobalPooling{PoolKind::kAverage, keep}, {x});
      const Shape shape = keep ? Shape{1, 4} : Shape{1, 1, 1, 4};
      return net.Add("sigmoid", kSigmoid, {net.Add("flat", ReshapeLayer{shape}, {x})});
    });
    CHECK(folded.layers == Names{"global", "sigmoid"});
  }
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

TEST_CASE("random networks keep their function") {
  for (std::uint32_t seed = 100; seed < 200; ++seed) {
    CAPTURE(seed);
    RandomNetwork net(seed);
    const auto pick = [&](int n) {
      return static_cast<int>(net.Real(0, 0.999F) * static_cast<float>(n));
    };
    std::vector<ValueId> values{net.Input({1, 4, 4, 2}), net.Input({1, 4, 4, 2})};
    for (int i = 0; i < 12; ++i) {
      const ValueId x = values[values.size() - 1 - static_cast<std::size_t>(pick(2))];
      const std::string name = "l" + std::to_string(i);
      Convolution conv = net.Conv(2, 3, 2, 1 + pick(2));
      conv.border = kSame;
      switch (pick(11)) {
        case 0: values.push_back(net.Add(name, conv, {x})); break;
        case 1: values.push_back(net.Add(name, net.Conv(2, 1, 2), {x})); break;
        case 2: values.push_back(net.Add(name, net.Norm(2), {x})); break;
        case 3: values.push_back(net.Add(name, Affine{{0.5}, {0.25}}, {x})); break;
        case 4: values.push_back(net.Relu(x)); break;
        case 5: values.push_back(net.Add(name, Transpose{{0, 2, 1, 3}}, {x})); break;
        case 6:
          values.push_back(net.Add(
              name, Arithmetic{},
              {x, values[static_cast<std::size_t>(pick(static_cast<int>(values.size())))]}));
          break;
        case 7:
          values.push_back(
              net.Add(name, Arithmetic{ArithmeticKind::kSubtract}, {net.Constant({2}), x}));
          break;
        case 8: {
          const ValueId padded = net.Add(name, PadLayer{{0, 1, 1, 0}, {0, 1, 1, 0}, 0}, {x});
          values.push_back(net.Add(
              name,
              Pooling{
                  pick(2) == 0 ? PoolKind::kMax : PoolKind::kAverage, {3, 3}, {1, 1}, {}, false},
              {padded}));
          break;
        }
        case 9:
          values.push_back(net.Add(name, Arithmetic{ArithmeticKind::kMultiply},
                                   {x, net.Add(name, kSigmoid, {x})}));
          break;
        default: values.push_back(net.Add(name, net.Matrix(2, 2), {x})); break;
      }
    }
    net.Output(values.back());
    net.Output(values[values.size() - 3]);
    CheckFolded(net);
  }
}

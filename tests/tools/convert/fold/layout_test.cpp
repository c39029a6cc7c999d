#include "tools/convert/fold/fold_case.h"

using namespace echolens;
using namespace echolens::convert;

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

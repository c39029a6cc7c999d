// A random network, folded and compared with itself.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "convert/fold.h"
#include "tools/convert/random_network.h"

namespace echolens::convert {

inline const ActivationLayer kSigmoid{ActivationKind::kSigmoid};
inline const ActivationLayer kSoftmax{ActivationKind::kSoftmax};

inline Names Layers(const SourceNetwork& network) {
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
            [](const SliceLayer&) { return "slice"; }, [](const ResizeLayer&) { return "resize"; },
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
inline constexpr double kTolerance = 5e-6;

inline Folded CheckFolded(RandomNetwork& net) {
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
inline Folded FoldChain(const Shape& shape, const Build& build) {
  RandomNetwork net(21);
  const ValueId x = net.Input(shape);
  const ValueId y = build(net, x);
  net.Output(y);
  return CheckFolded(net);
}

}  // namespace echolens::convert

#include "convert/known_sign.h"

#include <algorithm>

namespace echolens::convert {
namespace {

bool Floored(const ActivationLayer& op, bool inputs) {
  switch (op.kind) {
    case ActivationKind::kRelu:
    case ActivationKind::kSigmoid:
    case ActivationKind::kHardSigmoid:
    case ActivationKind::kSoftmax: return true;
    case ActivationKind::kTanh:
    case ActivationKind::kSilu:
    case ActivationKind::kHardSwish: return inputs;
    case ActivationKind::kClip: return op.alpha >= 0 || (inputs && op.beta >= 0);
  }
  return false;
}

// `inputs`: all of the node's inputs are never negative.
bool NeverNegative(const SourceOp& op, bool inputs) {
  return std::visit(
      Overloaded{
          [&](const ActivationLayer& o) { return Floored(o, inputs); },
          [](const ConstantValue& o) {
            return std::ranges::all_of(o.data, [](float x) { return x >= 0; });
          },
          [&](const Arithmetic& o) { return inputs && o.kind != ArithmeticKind::kSubtract; },
          [&](const PadLayer& o) { return inputs && o.value >= 0; },
          [&](const Pooling&) { return inputs; }, [&](const GlobalPooling&) { return inputs; },
          [&](const Concatenate&) { return inputs; }, [&](const ReshapeLayer&) { return inputs; },
          [&](const Transpose&) { return inputs; }, [&](const SliceLayer&) { return inputs; },
          [&](const ResizeLayer&) { return inputs; }, [&](const FakeQuantize&) { return inputs; },
          [](const auto&) { return false; }},
      op);
}

}  // namespace

std::vector<bool> NeverNegative(const SourceNetwork& network) {
  std::vector<bool> known(network.values.size(), false);
  for (const SourceNode& node : network.nodes) {
    const bool inputs = std::ranges::all_of(
        node.inputs, [&](ValueId id) { return known[static_cast<std::size_t>(id)]; });
    known[static_cast<std::size_t>(node.output)] = NeverNegative(node.op, inputs);
  }
  return known;
}

}  // namespace echolens::convert

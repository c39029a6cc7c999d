// Layers of several inputs.
#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {
namespace {

// From left to right, two at a time.
template <ArithmeticKind kind>
Result<ValueId> BuildArithmetic(LayerCall& call, const Values& inputs) {
  if (inputs.size() < 2) return call.Corrupt("it has one input, expected at least 2");
  if (kind == ArithmeticKind::kSubtract && inputs.size() != 2) {
    return call.Corrupt("it has " + std::to_string(inputs.size()) + " inputs, expected 2");
  }
  const std::size_t rank = call.ShapeOf(inputs[0]).size();
  for (const ValueId input : inputs) {
    if (call.ShapeOf(input).size() == rank) continue;
    return call.Unsupported("its inputs are " + ShapeText(call.ShapeOf(inputs[0])) + " and " +
                            ShapeText(call.ShapeOf(input)) +
                            ": put a Reshape before it, so that they have as many axes");
  }
  ValueId result = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const std::string step = i + 1 < inputs.size() ? std::to_string(i) : "";
    ECHOLENS_ASSIGN(result, call.Add(Arithmetic{kind}, {result, inputs[i]}, step));
  }
  return result;
}

Result<ValueId> BuildConcatenate(LayerCall& call, const Values& inputs) {
  Concatenate op;
  ECHOLENS_ASSIGN(op.axis, call.Int("axis", -1));
  const int rank = static_cast<int>(call.ShapeOf(inputs[0]).size());
  if (op.axis == 0 || op.axis == -rank) return call.Unsupported("axis 0 joins different pictures");
  return call.Add(op, inputs);
}

constexpr LayerKind kKinds[] = {
    {"Add", BuildArithmetic<ArithmeticKind::kAdd>, nullptr, true},
    {"Subtract", BuildArithmetic<ArithmeticKind::kSubtract>, nullptr, true},
    {"Multiply", BuildArithmetic<ArithmeticKind::kMultiply>, nullptr, true},
    {"Concatenate", BuildConcatenate, nullptr, true},
};

}  // namespace

const LayerKind* FindMerge(std::string_view type) {
  for (const LayerKind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

}  // namespace echolens::convert::keras

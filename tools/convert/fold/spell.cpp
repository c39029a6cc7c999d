// One spelling for what networks say in several ways.
#include <algorithm>
#include <cmath>
#include <limits>

#include "convert/affine.h"
#include "convert/fold/rules.h"

namespace echolens::convert {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Sixths and the like, as float32 holds them.
bool Near(double a, double b) { return std::abs(a - b) <= 1e-7; }

const ActivationLayer* ActivationOf(Editor& editor, ValueId id, ActivationKind kind) {
  const auto* op = editor.MadeBy<ActivationLayer>(id);
  return op != nullptr && op->kind == kind ? op : nullptr;
}

bool IsRelu6(const ActivationLayer* op) {
  return op != nullptr && op->kind == ActivationKind::kClip && op->alpha == 0 && op->beta == 6;
}

// x · scale + offset with one of each; null: it is something else.
const Affine* ScalarAffine(const Affine* op) {
  return op != nullptr && op->scale.size() == 1 && op->offset.size() == 1 ? op : nullptr;
}

// The x of clip(x + 3, 0, 6) = `id`.
std::optional<ValueId> OfShiftedRelu6(Editor& editor, ValueId id) {
  const auto* clip = editor.MadeBy<ActivationLayer>(id);
  if (!IsRelu6(clip)) return std::nullopt;
  const ValueId shifted = editor.Maker(id)->inputs[0];
  const Affine* shift = ScalarAffine(editor.MadeBy<Affine>(shifted));
  if (shift == nullptr || shift->scale[0] != 1 || shift->offset[0] != 3) return std::nullopt;
  return editor.Maker(shifted)->inputs[0];
}

// The node does to `x` what it did with the help of what made `through`.
bool Replace(Editor& editor, std::size_t i, const ActivationLayer& op, ValueId x, ValueId through) {
  SourceNode& node = editor.node(i);
  const std::vector<ValueId> inputs = node.inputs;
  editor.SayInto(*editor.Maker(through), node);
  node.op = op;
  node.inputs = {x};
  for (const ValueId id : inputs) editor.Release(id);
  return true;
}

// x · gate(x): SiLU, hard swish.
bool SpellGate(Editor& editor, std::size_t i) {
  const std::vector<ValueId> inputs = editor.node(i).inputs;
  for (const std::size_t side : {0, 1}) {
    const ValueId x = inputs[side], gate = inputs[1 - side];
    const SourceNode* maker = editor.Maker(gate);
    if (maker == nullptr || maker->inputs != std::vector{x}) continue;
    if (ActivationOf(editor, gate, ActivationKind::kSigmoid) != nullptr) {
      return Replace(editor, i, {ActivationKind::kSilu}, x, gate);
    }
    const auto* hard = ActivationOf(editor, gate, ActivationKind::kHardSigmoid);
    if (hard != nullptr && Near(hard->alpha, 1.0 / 6) && hard->beta == 0.5) {
      return Replace(editor, i, {ActivationKind::kHardSwish}, x, gate);
    }
  }
  return false;
}

// clip(x · a + b, 0, 6) / 6 is a hard sigmoid; x · clip(x + 3, 0, 6) / 6 a hard swish.
bool SpellSixth(Editor& editor, std::size_t i) {
  const Affine* sixth = ScalarAffine(std::get_if<Affine>(&editor.node(i).op));
  if (sixth == nullptr || !Near(sixth->scale[0], 1.0 / 6) || sixth->offset[0] != 0) return false;
  const ValueId in = editor.node(i).inputs[0];
  if (!editor.ReadOnce(in) || editor.Maker(in) == nullptr) return false;
  const std::vector<ValueId> factors = editor.Maker(in)->inputs;
  if (IsRelu6(editor.MadeBy<ActivationLayer>(in))) {
    const Affine* line = ScalarAffine(editor.MadeBy<Affine>(factors[0]));
    if (line == nullptr) return false;
    const ActivationLayer op{ActivationKind::kHardSigmoid, line->scale[0] / 6, line->offset[0] / 6};
    return Replace(editor, i, op, editor.Maker(factors[0])->inputs[0], in);
  }
  const auto* product = editor.MadeBy<Arithmetic>(in);
  if (product == nullptr || product->kind != ArithmeticKind::kMultiply) return false;
  for (const std::size_t side : {0, 1}) {
    if (OfShiftedRelu6(editor, factors[1 - side]) != factors[side]) continue;
    return Replace(editor, i, {ActivationKind::kHardSwish}, factors[side], in);
  }
  return false;
}

std::optional<std::array<double, 2>> Bounds(const ActivationLayer* op) {
  if (op != nullptr && op->kind == ActivationKind::kRelu) return {{0, kInfinity}};
  if (op != nullptr && op->kind == ActivationKind::kClip) return {{op->alpha, op->beta}};
  return std::nullopt;
}

// Two clips are one, and one of 0 to infinity is a ReLU.
bool SpellClip(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  auto& op = std::get<ActivationLayer>(node.op);
  const auto outer = Bounds(&op);
  if (!outer) return false;
  if (op.kind == ActivationKind::kClip && *outer == std::array{0.0, kInfinity}) {
    op = {ActivationKind::kRelu};
    return true;
  }
  const ValueId in = node.inputs[0];
  const auto inner = Bounds(editor.MadeBy<ActivationLayer>(in));
  if (!inner || !editor.ReadOnce(in)) return false;
  const auto clipped = [&](double x) { return std::clamp(x, (*outer)[0], (*outer)[1]); };
  const ActivationLayer both{ActivationKind::kClip, clipped((*inner)[0]), clipped((*inner)[1])};
  return Replace(editor, i, both, editor.Maker(in)->inputs[0], in);
}

// What a constant operand does to each channel; nothing, if it is no such thing.
std::optional<Affine> ByChannel(Editor& editor, const SourceNode& node, std::size_t side) {
  const auto* constant = editor.MadeBy<ConstantValue>(node.inputs[side]);
  const ValueId other = node.inputs[1 - side];
  const Shape& shape = editor.ShapeOf(other);
  if (constant == nullptr || editor.MadeBy<ConstantValue>(other) != nullptr || shape.empty() ||
      shape != editor.ShapeOf(node.output)) {
    return std::nullopt;
  }
  const std::size_t count = constant->data.size();
  const bool channels =
      count > 1 && count == Index(shape.back()) && constant->shape.back() == shape.back();
  if (count != 1 && !channels) return std::nullopt;
  std::vector<double> values(constant->data.begin(), constant->data.end());
  const ArithmeticKind kind = std::get<Arithmetic>(node.op).kind;
  if (kind == ArithmeticKind::kMultiply) return Affine{values, {0}};
  if (kind == ArithmeticKind::kSubtract && side == 1) {
    for (double& value : values) value = -value;
  }
  return Affine{{kind == ArithmeticKind::kSubtract && side == 0 ? -1.0 : 1.0}, values};
}

}  // namespace

Result<bool> SpellAffine(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  if (const auto* normalization = std::get_if<BatchNormalization>(&node.op)) {
    node.op = AsAffine(*normalization);
    return true;
  }
  if (!std::holds_alternative<Arithmetic>(node.op)) return false;
  for (const std::size_t side : {0, 1}) {
    const std::optional<Affine> affine = ByChannel(editor, node, side);
    if (!affine) continue;
    const ValueId constant = node.inputs[side];
    node.inputs = {node.inputs[1 - side]};
    node.op = *affine;
    editor.Release(constant);
    return true;
  }
  return false;
}

Result<bool> SpellReshape(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  const auto* transpose = std::get_if<Transpose>(&node.op);
  if (transpose == nullptr) return false;
  std::vector<int> moved;  // axes of one element may go anywhere
  for (const int axis : transpose->permutation) {
    if (editor.ShapeOf(node.inputs[0])[Index(axis)] > 1) moved.push_back(axis);
  }
  if (!std::ranges::is_sorted(moved)) return false;
  node.op = ReshapeLayer{editor.ShapeOf(node.output)};
  return true;
}

Result<bool> SpellActivation(Editor& editor, std::size_t i) {
  const SourceOp& op = editor.node(i).op;
  if (std::holds_alternative<ActivationLayer>(op)) return SpellClip(editor, i);
  if (std::holds_alternative<Affine>(op)) return SpellSixth(editor, i);
  const auto* arithmetic = std::get_if<Arithmetic>(&op);
  return arithmetic != nullptr && arithmetic->kind == ArithmeticKind::kMultiply &&
         SpellGate(editor, i);
}

}  // namespace echolens::convert

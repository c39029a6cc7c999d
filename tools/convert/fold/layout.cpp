// Reshapes and transposes: joined, moved behind layers that work on each element, and into the
// weights of dense layers.
#include "convert/fold/numbers.h"
#include "convert/fold/rules.h"

namespace echolens::convert {
namespace {

bool IsLayout(const SourceNode* node) {
  return node != nullptr && (std::holds_alternative<ReshapeLayer>(node->op) ||
                             std::holds_alternative<Transpose>(node->op));
}

// Does each element on its own, whatever its place?
bool ElementByElement(const SourceOp& op) {
  if (const auto* activation = std::get_if<ActivationLayer>(&op)) {
    return activation->kind != ActivationKind::kSoftmax;
  }
  if (const auto* affine = std::get_if<Affine>(&op)) {
    return affine->scale.size() == 1 && affine->offset.size() == 1;
  }
  return std::holds_alternative<FakeQuantize>(op);
}

// Do both move the elements of their inputs in the same way?
bool SameMove(Editor& editor, const SourceNode& a, const SourceNode& b) {
  if (editor.ShapeOf(a.inputs[0]) != editor.ShapeOf(b.inputs[0]) ||
      editor.ShapeOf(a.output) != editor.ShapeOf(b.output) || a.op.index() != b.op.index()) {
    return false;
  }
  const auto* transpose = std::get_if<Transpose>(&a.op);
  return transpose == nullptr || transpose->permutation == std::get<Transpose>(b.op).permutation;
}

std::string Moved(const SourceNode& layout, const SourceNode& elements) {
  return layout.place + " moved behind " + elements.place;
}

// E(layout(x)) = layout(E(x)): the two nodes change places.
bool BehindOne(Editor& editor, SourceNode& node) {
  SourceNode* layout = editor.Maker(node.inputs[0]);
  if (!ElementByElement(node.op) || !IsLayout(layout) || !editor.ReadOnce(layout->output)) {
    return false;
  }
  editor.Say(Moved(*layout, node));
  std::swap(layout->op, node.op);
  std::swap(layout->place, node.place);
  editor.ShapeOf(layout->output) = editor.ShapeOf(layout->inputs[0]);
  editor.Rename(*layout);
  editor.Rename(node);
  return true;
}

// layout(x) + layout(y) = layout(x + y).
bool BehindTwo(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  const ValueId a = node.inputs[0], b = node.inputs[1];
  const SourceNode* first = editor.Maker(a);
  const SourceNode* second = editor.Maker(b);
  if (!IsLayout(first) || !IsLayout(second) || !editor.ReadOnce(a) || !editor.ReadOnce(b) ||
      !SameMove(editor, *first, *second)) {
    return false;
  }
  editor.Say(Moved(*first, node));
  editor.Say(second->place + " joined with " + first->place);
  node.inputs = {first->inputs[0], second->inputs[0]};
  const Shape shape = editor.ShapeOf(node.inputs[0]);
  const std::string place = first->place;
  editor.Append(i, shape, place, SourceOp(first->op));
  editor.Rename(editor.node(i + 1));
  editor.Release(a);
  editor.Release(b);
  return true;
}

}  // namespace

Result<bool> LayoutIntoLayout(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  if (node.inputs.empty()) return false;
  const ValueId in = node.inputs[0];
  const SourceNode* inner = editor.Maker(in);
  if (!IsLayout(&node) || !IsLayout(inner) || node.op.index() != inner->op.index()) return false;
  if (auto* transpose = std::get_if<Transpose>(&node.op)) {
    for (int& axis : transpose->permutation) {
      axis = std::get<Transpose>(inner->op).permutation[Index(axis)];
    }
  }
  node.inputs[0] = inner->inputs[0];
  editor.SayInto(*inner, node);
  editor.Release(in);
  return true;
}

Result<bool> LayoutBehindElements(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  if (std::holds_alternative<Arithmetic>(node.op)) return BehindTwo(editor, i);
  return !node.inputs.empty() && BehindOne(editor, node);
}

// The mean of each channel comes with or without axes of one element.
Result<bool> ReshapeIntoGlobalPooling(Editor& editor, std::size_t i) {
  const SourceNode& node = editor.node(i);
  if (!std::holds_alternative<ReshapeLayer>(node.op) || !editor.ReadOnce(node.inputs[0])) {
    return false;
  }
  auto* pooling = editor.MadeBy<GlobalPooling>(node.inputs[0]);
  if (pooling == nullptr) return false;
  const Shape shape = editor.ShapeOf(node.output);
  const std::int32_t channels = editor.ShapeOf(node.inputs[0]).back();
  const bool flat = shape == Shape{1, channels}, picture = shape == Shape{1, 1, 1, channels};
  if (!flat && !picture) return false;
  pooling->keep_dims = picture;
  editor.ShapeOf(node.inputs[0]) = shape;
  editor.SayInto(node, *editor.Maker(node.inputs[0]));
  return editor.Bypass(i);
}

// A dense layer sums over everything, so its weights may stand in the order that the elements have.
Result<bool> TransposeIntoDense(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  auto* dense = std::get_if<Dense>(&node.op);
  if (dense == nullptr || !editor.ReadOnce(node.inputs[0])) return false;
  SourceNode* flatten = editor.Maker(node.inputs[0]);
  if (flatten == nullptr || !std::holds_alternative<ReshapeLayer>(flatten->op)) return false;
  const ValueId transposed = flatten->inputs[0];
  const auto* transpose = editor.MadeBy<Transpose>(transposed);
  const std::size_t length = Index(dense->weights_shape[1]);
  if (transpose == nullptr ||
      ElementCount(editor.ShapeOf(transposed)) != static_cast<std::int64_t>(length)) {
    return false;
  }
  const SourceNode& maker = *editor.Maker(transposed);
  const std::vector<std::size_t> order =
      TransposedOrder(editor.ShapeOf(maker.inputs[0]), transpose->permutation);
  std::vector<float> weights(dense->weights.size());
  for (std::size_t k = 0; k < weights.size(); ++k) {
    weights[k / length * length + order[k % length]] = dense->weights[k];
  }
  dense->weights = std::move(weights);
  flatten->inputs[0] = maker.inputs[0];
  editor.SayInto(maker, node);
  editor.Release(transposed);
  return true;
}

}  // namespace echolens::convert

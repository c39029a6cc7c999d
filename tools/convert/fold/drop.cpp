// Layers that nobody reads or that change nothing.
#include <algorithm>
#include <cmath>

#include "convert/fold/rules.h"
#include "convert/known_sign.h"

namespace echolens::convert {
namespace {

bool All(const std::vector<double>& values, double value) {
  return std::ranges::all_of(values, [&](double x) { return x == value; });
}

bool NoBorder(const Border& border) {
  return border.kind != Border::Kind::kExplicit ||
         (border.before == std::array{0, 0} && border.after == std::array{0, 0});
}

bool ChangesNothing(Editor& editor, const SourceNode& node) {
  const auto same_shape = [&] {
    return editor.ShapeOf(node.inputs[0]) == editor.ShapeOf(node.output);
  };
  return std::visit(
      Overloaded{[&](const Affine& op) { return All(op.scale, 1) && All(op.offset, 0); },
                 [&](const ActivationLayer& op) {
                   if (op.kind == ActivationKind::kClip) {
                     return std::isinf(op.alpha) && std::isinf(op.beta);
                   }
                   return op.kind == ActivationKind::kRelu &&
                          NeverNegative(editor.network())[Index(node.inputs[0])];
                 },
                 [&](const ReshapeLayer&) { return same_shape(); },
                 [&](const PadLayer&) { return same_shape(); },
                 [&](const SliceLayer&) { return same_shape(); },
                 [&](const ResizeLayer&) { return same_shape(); },
                 [&](const Concatenate&) { return node.inputs.size() == 1; },
                 [&](const Pooling& op) {
                   const std::array one{1, 1};
                   return op.size == one && op.stride == one && NoBorder(op.border);
                 },
                 [](const auto&) { return false; }},
      node.op);
}

}  // namespace

Result<bool> DropUnread(Editor& editor, std::size_t node) {
  const SourceNode& unread = editor.node(node);
  if (editor.Read(unread.output)) return false;
  // Constants have gone somewhere else.
  if (!std::holds_alternative<ConstantValue>(unread.op)) {
    editor.Say(unread.place + " dropped: nothing reads it");
  }
  editor.Erase(node);
  return true;
}

Result<bool> DropIdentity(Editor& editor, std::size_t node) {
  const SourceNode& same = editor.node(node);
  if (!ChangesNothing(editor, same)) return false;
  const std::string place = same.place;
  if (!editor.Bypass(node)) return false;
  editor.Say(place + " dropped: it changes nothing");
  return true;
}

}  // namespace echolens::convert

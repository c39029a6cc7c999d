// Padding becomes the border of the convolution or pooling behind it.
#include <limits>

#include "convert/fold/rules.h"
#include "convert/known_sign.h"
#include "convert/reach.h"

namespace echolens::convert {
namespace {

bool OnlyRowsAndColumns(const PadLayer& pad) {
  return pad.before.size() == 4 && pad.before[0] == 0 && pad.after[0] == 0 && pad.before[3] == 0 &&
         pad.after[3] == 0;
}

// The border that does what pad and window's own border do.
Border Joined(const PadLayer& pad, const Border& own, const Shape& padded,
              const std::array<int, 2>& size, const std::array<int, 2>& stride,
              const std::array<int, 2>& dilation) {
  Border border{Border::Kind::kExplicit, {}, {}};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const int window = (size[axis] - 1) * dilation[axis] + 1;
    const BorderSize edge = BorderOf(own, axis, padded[axis + 1], window, stride[axis]);
    border.before[axis] = pad.before[axis + 1] + edge.before;
    border.after[axis] = pad.after[axis + 1] + edge.after;
  }
  return border;
}

// Maximum pooling leaves the edge out; that is the same where what is padded with is never the
// greatest in a window, and no window lies on the edge alone.
bool NeverTheMaximum(Editor& editor, const PadLayer& pad, const Pooling& op, ValueId x,
                     const Border& joined) {
  const bool lowest = pad.value <= std::numeric_limits<float>::lowest();
  if (!lowest && !(pad.value == 0 && NeverNegative(editor.network())[Index(x)])) return false;
  const Reach reach = ReachOf(joined, editor.ShapeOf(x), op.size, op.stride, {1, 1});
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (reach.before[axis] >= op.size[axis] || reach.after[axis] >= op.size[axis]) return false;
  }
  return true;
}

}  // namespace

Result<bool> PadIntoWindow(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  auto* conv = std::get_if<Convolution>(&node.op);
  auto* pool = std::get_if<Pooling>(&node.op);
  if (conv == nullptr && pool == nullptr) return false;
  const ValueId padded = node.inputs[0];
  const auto* pad = editor.MadeBy<PadLayer>(padded);
  if (pad == nullptr || !OnlyRowsAndColumns(*pad)) return false;
  const ValueId x = editor.Maker(padded)->inputs[0];
  const Shape& shape = editor.ShapeOf(padded);
  if (conv != nullptr) {
    if (pad->value != 0) return false;
    conv->border = Joined(*pad, conv->border, shape, {conv->kernel_shape[1], conv->kernel_shape[2]},
                          conv->stride, conv->dilation);
  } else {
    const Border joined = Joined(*pad, pool->border, shape, pool->size, pool->stride, {1, 1});
    if (pool->kind == PoolKind::kMax) {
      if (!NeverTheMaximum(editor, *pad, *pool, x, joined)) return false;
    } else {
      const Reach own = ReachOf(pool->border, shape, pool->size, pool->stride, {1, 1});
      if (pad->value != 0 || !(pool->count_border || own.none())) return false;
      pool->count_border = true;
    }
    pool->border = joined;
  }
  node.inputs[0] = x;
  editor.SayInto(*editor.Maker(padded), node);
  editor.Release(padded);
  return true;
}

}  // namespace echolens::convert

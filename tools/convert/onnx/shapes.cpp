#include "convert/onnx/shapes.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "convert/onnx/layout.h"
#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

Result<Shape> Checked(NodeReader& node, const std::vector<std::int64_t>& sizes) {
  Result<Shape> shape = CheckedShape(sizes);
  if (!shape.ok()) return node.Placed(shape.error());
  return shape;
}

// 0: the input's size there, unless `allowzero`; −1: what is left.
Result<Shape> ReshapeTarget(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(std::vector<std::int64_t> sizes, node.IntegersAt(1, "the shape"));
  ECHOLENS_ASSIGN(const std::int64_t allow_zero, node.Int("allowzero", 0));
  std::int64_t known = 1;
  std::ptrdiff_t open = -1;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0 && allow_zero == 0 && i < shape.size()) sizes[i] = shape[i];
    if (sizes[i] == -1 && open < 0) {
      open = static_cast<std::ptrdiff_t>(i);
    } else if (sizes[i] < 0 || sizes[i] > kMaxConstantElements) {
      return node.Corrupt("its shape has the size " + std::to_string(sizes[i]));
    } else {
      known = std::min(known * sizes[i], kMaxConstantElements);
    }
  }
  if (open >= 0) {
    const std::int64_t count = ElementCount(shape);
    if (known == 0 || count % known != 0) {
      return node.Corrupt("its input " + ShapeText(shape) + " has " + std::to_string(count) +
                          " elements, no multiple of " + std::to_string(known));
    }
    sizes[static_cast<std::size_t>(open)] = count / known;
  }
  return Checked(node, sizes);
}

Result<Shape> FlattenTarget(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const std::int64_t axis, node.Int("axis", 1));
  const auto rank = static_cast<std::int64_t>(shape.size());
  if (axis < -rank || axis > rank) return node.Corrupt("its axis is " + std::to_string(axis));
  const auto middle = shape.begin() + (axis < 0 ? axis + rank : axis);
  return Checked(node,
                 {ElementCount({shape.begin(), middle}), ElementCount({middle, shape.end()})});
}

// Sorted; of Squeeze by default all that are 1.
Result<std::vector<int>> SqueezeAxes(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const auto listed, node.IntsOrInput("axes", 1));
  std::vector<std::int64_t> all;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 1) all.push_back(static_cast<std::int64_t>(i));
  }
  ECHOLENS_ASSIGN(const std::vector<int> axes, node.Axes(listed.value_or(all), shape.size()));
  for (const int axis : axes) {
    if (shape[static_cast<std::size_t>(axis)] == 1) continue;
    return node.Corrupt("axis " + std::to_string(axis) + " of " + ShapeText(shape) + " is not 1");
  }
  return axes;
}

Result<std::vector<int>> UnsqueezeAxes(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const auto listed, node.IntsOrInput("axes", 1));
  if (!listed) return node.Corrupt("its axes are missing");
  if (shape.size() + listed->size() > kMaxConstantRank) {
    return node.Unsupported("more than " + std::to_string(kMaxConstantRank) + " axes");
  }
  return node.Axes(*listed, shape.size() + listed->size());
}

Result<Shape> SqueezeTarget(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const std::vector<int> axes, SqueezeAxes(node, shape));
  Shape target;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!std::ranges::binary_search(axes, static_cast<int>(i))) target.push_back(shape[i]);
  }
  return target;
}

Result<Shape> UnsqueezeTarget(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const std::vector<int> axes, UnsqueezeAxes(node, shape));
  Shape target = shape;
  for (const int axis : axes) target.insert(target.begin() + axis, 1);
  return target;
}

Result<Activation> ReadSqueeze(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const std::vector<int> axes, SqueezeAxes(node, input.shape));
  return Squeezed(node, input, axes);
}

Result<Activation> ReadUnsqueeze(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const std::vector<int> axes, UnsqueezeAxes(node, input.shape));
  return Unsqueezed(node, input, axes);
}

Result<Activation> ReadReshape(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const Shape shape, TargetShape(node, input.shape));
  return Reshaped(node, input, shape);
}

Result<Activation> ReadTranspose(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const std::vector<int> permutation, Permutation(node, input.shape.size()));
  return Transposed(input, permutation);
}

// Of the lying axes, those of a part in ONNX's order.
Result<Activation> Taken(NodeReader& node, const Activation& input, const Part& part,
                         const std::string& name = {}) {
  SliceLayer op;
  for (const int axis : input.order) {
    op.begin.push_back(static_cast<int>(part.begin[static_cast<std::size_t>(axis)]));
    op.size.push_back(static_cast<int>(part.size[static_cast<std::size_t>(axis)]));
  }
  ECHOLENS_ASSIGN(Activation result, node.Emit(std::move(op), {input.id}, input.order, name));
  result.grid = input.grid;
  return result;
}

Result<Activation> ReadSlice(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const Part part, SlicedPart(node, input.shape));
  for (std::size_t axis = 0; axis < part.step.size(); ++axis) {
    if (part.step[axis] == 1) continue;
    return node.Unsupported("a step of " + std::to_string(part.step[axis]) + " along axis " +
                            std::to_string(axis) + ", expected 1: pool with a stride instead");
  }
  return Taken(node, input, part);
}

// By the attribute or, from opset 13 on, input `split`; otherwise into equal parts, the last one
// smaller where they do not fit.
Result<std::vector<std::int64_t>> SplitSizes(NodeReader& node, std::size_t outputs,
                                             std::int64_t length) {
  ECHOLENS_ASSIGN(const auto listed, node.IntsOrInput("split", 1));
  std::vector<std::int64_t> sizes = listed.value_or(std::vector<std::int64_t>());
  if (!listed) {
    const auto count = static_cast<std::int64_t>(outputs);
    const std::int64_t each = (length + count - 1) / count;
    sizes.assign(outputs, each);
    sizes.back() = length - each * (count - 1);
  }
  std::int64_t left = length;
  for (const std::int64_t size : sizes) left = size < 1 || size > left ? -1 : left - size;
  if (left == 0 && sizes.size() == outputs) return sizes;
  return node.Corrupt("it splits an axis of " + std::to_string(length) + " into " +
                      std::to_string(outputs) + " parts by " + std::to_string(sizes.size()) +
                      " sizes that do not fit");
}

// Only where nothing is repeated.
Result<Activation> ReadExpand(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  ECHOLENS_ASSIGN(const auto sizes, node.IntegersAt(1, "the shape"));
  const std::size_t rank = input.shape.size();
  bool same = sizes.size() <= rank;
  for (std::size_t i = 0; same && i < sizes.size(); ++i) {
    same = sizes[i] == 1 || sizes[i] == input.shape[rank - sizes.size() + i];
  }
  if (same) return input;
  return node.Unsupported(
      "it repeats a value that depends on the network's input: let the "
      "operator that follows broadcast it");
}

// Side by side with itself: what Keras' nearest-neighbour UpSampling2D becomes, between reshapes.
Result<Activation> ReadTile(NodeReader& node) {
  ECHOLENS_ASSIGN(Activation input, node.Map(0));
  ECHOLENS_ASSIGN(const auto repeats, node.IntegersAt(1, "the repeats"));
  constexpr std::int64_t kMost = 64;
  if (repeats.size() != input.shape.size() ||
      std::ranges::any_of(repeats, [](std::int64_t n) { return n < 1 || n > kMost; })) {
    return node.Corrupt("it has " + std::to_string(repeats.size()) +
                        " repeats, expected one an axis, 1 to " + std::to_string(kMost));
  }
  for (std::size_t axis = 0; axis < repeats.size(); ++axis) {
    if (repeats[axis] == 1) continue;
    const std::vector<ValueId> copies(static_cast<std::size_t>(repeats[axis]), input.id);
    const int position = PositionOf(input, static_cast<int>(axis));
    ECHOLENS_ASSIGN(input, node.Emit(Concatenate{position}, copies, input.order));
  }
  return input;
}

Result<Activation> ReadConcat(NodeReader& node) {
  std::vector<Activation> inputs;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    ECHOLENS_ASSIGN(inputs.emplace_back(), node.Map(i));
  }
  const auto largest = std::ranges::max_element(
      inputs, {}, [](const Activation& input) { return ElementCount(input.shape); });
  ECHOLENS_ASSIGN(const int axis, node.Axis("axis", 0, largest->shape.size()));
  const std::vector<int> order = largest->order;
  const int position = PositionOf(*largest, axis);
  std::vector<ValueId> ids;
  for (const Activation& input : inputs) {
    if (input.order.size() != order.size()) {
      return node.Corrupt("its inputs " + ShapeText(inputs[0].shape) + " and " +
                          ShapeText(input.shape) + " have another number of axes");
    }
    ECHOLENS_ASSIGN(const Activation ordered, InOrder(node, input, order));
    ids.push_back(ordered.id);
  }
  if (ids.size() == 1) return inputs[0];
  return node.Emit(Concatenate{position}, ids, order);
}

}  // namespace

Result<Shape> TargetShape(NodeReader& node, const Shape& shape) {
  if (node.op() == "Reshape") return ReshapeTarget(node, shape);
  if (node.op() == "Flatten") return FlattenTarget(node, shape);
  return node.op() == "Squeeze" ? SqueezeTarget(node, shape) : UnsqueezeTarget(node, shape);
}

Result<std::vector<int>> Permutation(NodeReader& node, std::size_t rank) {
  std::vector<std::int64_t> reversed;
  for (std::size_t i = rank; i-- > 0;) reversed.push_back(static_cast<std::int64_t>(i));
  ECHOLENS_ASSIGN(const auto listed, node.Ints("perm", reversed));
  if (listed.size() != rank) {
    return node.Corrupt("it permutes " + std::to_string(listed.size()) + " axes of " +
                        std::to_string(rank));
  }
  ECHOLENS_CHECK(node.Axes(listed, rank));  // each there, none twice
  std::vector<int> permutation;
  for (const std::int64_t axis : listed) {
    permutation.push_back(static_cast<int>(axis < 0 ? axis + std::int64_t(rank) : axis));
  }
  return permutation;
}

Result<Part> SlicedPart(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const auto starts, node.IntegersAt(1, "the starts"));
  ECHOLENS_ASSIGN(const auto ends, node.IntegersAt(2, "the ends"));
  std::vector<std::int64_t> axes, steps(starts.size(), 1);
  for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (node.Has(3)) {
    ECHOLENS_ASSIGN(axes, node.IntegersAt(3, "the axes"));
  }
  if (node.Has(4)) {
    ECHOLENS_ASSIGN(steps, node.IntegersAt(4, "the steps"));
  }
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size()) {
    return node.Corrupt("its starts, ends, axes and steps are not of one length");
  }
  const std::size_t rank = shape.size();
  ECHOLENS_CHECK(node.Axes(axes, rank));
  Part part{std::vector<std::int64_t>(rank, 0),
            {shape.begin(), shape.end()},
            std::vector<std::int64_t>(rank, 1)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis =
        static_cast<std::size_t>(axes[i] < 0 ? axes[i] + std::int64_t(rank) : axes[i]);
    const std::int64_t length = shape[axis];
    if (steps[i] == 0 || std::abs(steps[i] / 2) > kMaxConstantElements) {
      return node.Corrupt("its step is " + std::to_string(steps[i]));
    }
    const bool back = steps[i] < 0;
    const auto inside = [&](std::int64_t at) {
      if (at < 0) at = std::max(at, -length - 1) + length;
      return back ? std::clamp<std::int64_t>(at, -1, length - 1)
                  : std::clamp<std::int64_t>(at, 0, length);
    };
    const std::int64_t first = inside(starts[i]), last = inside(ends[i]);
    const std::int64_t room = back ? first - last : last - first, stride = std::abs(steps[i]);
    part.size[axis] = std::max<std::int64_t>((room + stride - 1) / stride, 0);
    part.begin[axis] = first;
    part.step[axis] = steps[i];
  }
  return part;
}

Result<std::vector<Activation>> ReadSplit(NodeReader& node, std::size_t outputs) {
  ECHOLENS_ASSIGN(const Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const int axis, node.Axis("axis", 0, input.shape.size()));
  const auto along = static_cast<std::size_t>(axis);
  ECHOLENS_ASSIGN(const auto sizes, SplitSizes(node, outputs, input.shape[along]));
  Part part{std::vector<std::int64_t>(input.shape.size(), 0),
            {input.shape.begin(), input.shape.end()},
            {}};
  std::vector<Activation> parts;
  for (const std::int64_t size : sizes) {
    part.size[along] = size;
    ECHOLENS_ASSIGN(parts.emplace_back(),
                    Taken(node, input, part, "/" + std::to_string(parts.size())));
    part.begin[along] += size;
  }
  return parts;
}

ReadOperator FindShapeOperator(const std::string& op) {
  static const std::unordered_map<std::string, ReadOperator> table{
      {"Reshape", ReadReshape},     {"Flatten", ReadReshape},     {"Squeeze", ReadSqueeze},
      {"Unsqueeze", ReadUnsqueeze}, {"Expand", ReadExpand},       {"Concat", ReadConcat},
      {"Tile", ReadTile},           {"Transpose", ReadTranspose}, {"Slice", ReadSlice},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx

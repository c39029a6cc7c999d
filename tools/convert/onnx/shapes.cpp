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

ReadOperator FindShapeOperator(const std::string& op) {
  static const std::unordered_map<std::string, ReadOperator> table{
      {"Reshape", ReadReshape},     {"Flatten", ReadReshape},     {"Squeeze", ReadSqueeze},
      {"Unsqueeze", ReadUnsqueeze}, {"Expand", ReadExpand},       {"Concat", ReadConcat},
      {"Tile", ReadTile},           {"Transpose", ReadTranspose},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx

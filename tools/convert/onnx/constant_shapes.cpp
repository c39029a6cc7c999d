// Operators on constants that pick, join and rename: what exporters leave of computed shapes.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "convert/onnx/layout.h"
#include "convert/onnx/operators.h"
#include "convert/onnx/shapes.h"

namespace echolens::convert::onnx {
namespace {

// A tensor of the given shape whose element i is element index_of(i) of `from`.
template <class IndexOf>
Result<Constant> Pick(NodeReader& node, const Constant& from,
                      const std::vector<std::int64_t>& sizes, IndexOf index_of) {
  Result<Shape> shape = CheckedShape(sizes);
  if (!shape.ok()) return node.Placed(shape.error());
  const std::int64_t count = ElementCount(*shape);
  ECHOLENS_CHECK(node.Charge(count));
  Constant picked{from.type, *std::move(shape), {}, {}};
  const auto fill = [&](auto& to, const auto& values) {
    to.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      to.push_back(values[static_cast<std::size_t>(index_of(i))]);
    }
  };
  from.is_float() ? fill(picked.floats, from.floats) : fill(picked.ints, from.ints);
  return picked;
}

Result<Constant> WithShape(NodeReader& node, const Constant& from, const Shape& shape) {
  if (ElementCount(shape) != static_cast<std::int64_t>(from.size())) {
    return node.Corrupt("a constant " + ShapeText(from.shape) +
                        " has another number of elements than " + ShapeText(shape));
  }
  Constant result = from;
  result.shape = shape;
  return result;
}

std::vector<std::int64_t> Sizes(const Shape& shape) { return {shape.begin(), shape.end()}; }

// Elements of the axes from `begin` to before `end`.
std::int64_t Product(const Shape& shape, std::size_t begin, std::size_t end) {
  std::int64_t product = 1;
  for (std::size_t i = begin; i < end; ++i) product *= shape[i];
  return product;
}

Result<Constant> ReadConstant(NodeReader& node) {
  if (node.HasAttribute("value")) return node.Tensor("value");
  Constant constant;
  if (node.HasAttribute("value_float")) {
    ECHOLENS_ASSIGN(const double value, node.Float("value_float", 0));
    constant.floats = {static_cast<float>(value)};
    return constant;
  }
  if (node.HasAttribute("value_floats")) {
    ECHOLENS_ASSIGN(constant.floats, node.Floats("value_floats"));
    constant.shape = {static_cast<std::int32_t>(constant.floats.size())};
    return constant;
  }
  constant.type = ElementType::kInt;
  if (node.HasAttribute("value_int")) {
    ECHOLENS_ASSIGN(const std::int64_t value, node.Int("value_int", 0));
    constant.ints = {value};
    return constant;
  }
  if (!node.HasAttribute("value_ints")) {
    return node.Unsupported("expected a tensor, numbers or one number as its value");
  }
  ECHOLENS_ASSIGN(constant.ints, node.Ints("value_ints", {}));
  constant.shape = {static_cast<std::int32_t>(constant.ints.size())};
  return constant;
}

Result<Constant> ReadConstantOfShape(NodeReader& node) {
  ECHOLENS_ASSIGN(const auto sizes, node.IntegersAt(0, "the shape"));
  Constant value{ElementType::kFloat, {}, {0.0f}, {}};
  if (node.HasAttribute("value")) {
    ECHOLENS_ASSIGN(value, node.Tensor("value"));
  }
  if (value.size() != 1) return node.Corrupt("its value has no single element");
  return Pick(node, value, sizes, [](std::int64_t) { return 0; });
}

// From axis `start` to before `end` (opset 15), also of values that depend on the input.
Result<Constant> ReadShape(NodeReader& node) {
  Shape shape;
  if (node.IsConstant(0)) {
    ECHOLENS_ASSIGN(const ConstantPtr constant, node.ConstantAt(0, "the input"));
    shape = constant->shape;
  } else {
    ECHOLENS_ASSIGN(const Activation activation, node.QuantisedMap(0));
    shape = activation.shape;
  }
  if (node.op() == "Size") return Constant{ElementType::kInt, {}, {}, {ElementCount(shape)}};
  const auto rank = static_cast<std::int64_t>(shape.size());
  ECHOLENS_ASSIGN(std::int64_t start, node.Int("start", 0));
  ECHOLENS_ASSIGN(std::int64_t end, node.Int("end", rank));
  start = std::clamp<std::int64_t>(start < 0 ? start + rank : start, 0, rank);
  end = std::clamp<std::int64_t>(end < 0 ? end + rank : end, start, rank);
  return Constant{ElementType::kInt,
                  {static_cast<std::int32_t>(end - start)},
                  {},
                  {shape.begin() + start, shape.begin() + end}};
}

Result<Constant> ReadGather(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the data"));
  ECHOLENS_ASSIGN(const ConstantPtr indices, node.ConstantAt(1, "the indices"));
  if (indices->is_float()) return node.Corrupt("its indices are no integers");
  ECHOLENS_ASSIGN(const int axis, node.Axis("axis", 0, data->shape.size()));
  const auto along = static_cast<std::size_t>(axis);
  const std::int64_t length = data->shape[along];
  for (const std::int64_t index : indices->ints) {
    if (index < -length || index >= length) {
      return node.Corrupt("index " + std::to_string(index) + " of an axis of " +
                          std::to_string(length));
    }
  }
  std::vector<std::int64_t> sizes(data->shape.begin(), data->shape.begin() + axis);
  sizes.insert(sizes.end(), indices->shape.begin(), indices->shape.end());
  sizes.insert(sizes.end(), data->shape.begin() + axis + 1, data->shape.end());
  const std::int64_t inner = Product(data->shape, along + 1, data->shape.size());
  const auto picks = static_cast<std::int64_t>(indices->size());
  return Pick(node, *data, sizes, [&](std::int64_t i) {
    const std::int64_t index = indices->ints[static_cast<std::size_t>(i / inner % picks)];
    return (i / inner / picks * length + (index < 0 ? index + length : index)) * inner + i % inner;
  });
}

Result<Constant> ReadSlice(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the data"));
  ECHOLENS_ASSIGN(const Part part, SlicedPart(node, data->shape));
  return Pick(node, *data, part.size, [&](std::int64_t i) {
    std::int64_t from = 0, scale = 1;
    for (std::size_t axis = data->shape.size(); axis-- > 0;) {
      from += (part.begin[axis] + i % part.size[axis] * part.step[axis]) * scale;
      i /= part.size[axis];
      scale *= data->shape[axis];
    }
    return from;
  });
}

Result<Constant> ReadConcat(NodeReader& node) {
  std::vector<ConstantPtr> parts;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    ECHOLENS_ASSIGN(parts.emplace_back(), node.ConstantAt(i, "the input"));
  }
  if (parts.empty()) return node.Corrupt("it has no inputs");
  Shape shape = parts[0]->shape;
  ECHOLENS_ASSIGN(const int axis, node.Axis("axis", 0, shape.size()));
  const auto along = static_cast<std::size_t>(axis);
  std::int64_t total = 0;
  for (const ConstantPtr& part : parts) {
    Shape other = part->shape;
    if (other.size() == shape.size()) total += other[along], other[along] = shape[along];
    if (other != shape || part->type != parts[0]->type) {
      return node.Corrupt("its inputs do not join along axis " + std::to_string(axis));
    }
  }
  std::vector<std::int64_t> sizes = Sizes(shape);
  sizes[along] = total;
  Result<Shape> joined = CheckedShape(sizes);
  if (!joined.ok()) return node.Placed(joined.error());
  Constant result{parts[0]->type, *std::move(joined), {}, {}};
  const std::int64_t inner = Product(shape, along + 1, shape.size());
  for (std::int64_t outer = 0; outer < Product(shape, 0, along); ++outer) {
    for (const ConstantPtr& part : parts) {
      const std::int64_t length = part->shape[along] * inner;
      const auto append = [&](auto& to, const auto& from) {
        to.insert(to.end(), from.begin() + outer * length, from.begin() + (outer + 1) * length);
      };
      part->is_float() ? append(result.floats, part->floats) : append(result.ints, part->ints);
    }
  }
  return result;
}

Result<Constant> ReadReshape(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the data"));
  ECHOLENS_ASSIGN(const Shape shape, TargetShape(node, data->shape));
  return WithShape(node, *data, shape);
}

Result<Constant> ReadTranspose(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the data"));
  ECHOLENS_ASSIGN(const std::vector<int> permutation, Permutation(node, data->shape.size()));
  ECHOLENS_CHECK(node.Charge(static_cast<std::int64_t>(data->size())));
  Constant result{data->type, {}, {}, {}};
  for (const int axis : permutation) {
    result.shape.push_back(data->shape[static_cast<std::size_t>(axis)]);
  }
  result.floats = PermuteAxes(data->floats, data->shape, permutation);
  result.ints = PermuteAxes(data->ints, data->shape, permutation);
  return result;
}

Result<Constant> ReadExpand(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the data"));
  ECHOLENS_ASSIGN(const auto target, node.IntegersAt(1, "the shape"));
  std::vector<std::int64_t> sizes(std::max(target.size(), data->shape.size()), 1);
  std::vector<std::int64_t> strides(sizes.size(), 0);
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < sizes.size(); ++i) {  // from the last axis
    const std::int64_t own = i < data->shape.size() ? data->shape.rbegin()[std::ptrdiff_t(i)] : 1;
    const std::int64_t wanted = i < target.size() ? target.rbegin()[std::ptrdiff_t(i)] : 1;
    if (own != wanted && own != 1 && wanted != 1) {
      return node.Corrupt("a constant " + ShapeText(data->shape) + " does not expand");
    }
    const std::size_t axis = sizes.size() - 1 - i;
    sizes[axis] = own == 1 ? wanted : own;
    strides[axis] = own == 1 ? 0 : scale;
    scale *= own;
  }
  return Pick(node, *data, sizes, [&](std::int64_t i) {
    std::int64_t from = 0;
    for (std::size_t axis = sizes.size(); axis-- > 0;) {
      from += i % sizes[axis] * strides[axis];
      i /= sizes[axis];
    }
    return from;
  });
}

Result<Constant> ReadIdentity(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the data"));
  return *data;
}

}  // namespace

EvaluateConstant FindConstantOperator(const std::string& op) {
  static const std::unordered_map<std::string, EvaluateConstant> table{
      {"Constant", ReadConstant}, {"ConstantOfShape", ReadConstantOfShape},
      {"Shape", ReadShape},       {"Size", ReadShape},
      {"Gather", ReadGather},     {"Slice", ReadSlice},
      {"Concat", ReadConcat},     {"Reshape", ReadReshape},
      {"Flatten", ReadReshape},   {"Squeeze", ReadReshape},
      {"Unsqueeze", ReadReshape}, {"Transpose", ReadTranspose},
      {"Expand", ReadExpand},     {"Identity", ReadIdentity},
      {"Dropout", ReadIdentity},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx

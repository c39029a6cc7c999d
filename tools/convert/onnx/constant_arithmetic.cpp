// Arithmetic on constants, with ONNX's broadcasting.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

// Where element i of the broadcast shape is in an input of shape `own`.
std::size_t BroadcastIndex(const Shape& shape, const Shape& own, std::int64_t i) {
  std::int64_t from = 0, scale = 1;
  for (std::size_t k = 0; k < own.size(); ++k) {  // from the last axis
    const std::int64_t size = shape[shape.size() - 1 - k], length = own[own.size() - 1 - k];
    if (length != 1) from += i % size * scale;
    i /= size;
    scale *= length;
  }
  return static_cast<std::size_t>(from);
}

Result<Shape> Broadcast(NodeReader& node, const Shape& a, const Shape& b) {
  std::vector<std::int64_t> sizes(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i) {  // from the last axis
    const std::int32_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int32_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) {
      return node.Corrupt("its inputs are " + ShapeText(a) + " and " + ShapeText(b) +
                          ", which do not broadcast");
    }
    sizes[sizes.size() - 1 - i] = left == 1 ? right : left;
  }
  Result<Shape> shape = CheckedShape(sizes);
  if (!shape.ok()) return node.Placed(shape.error());
  return shape;
}

// Two's complement, as on every machine that runs ONNX; `kind` is the operator's name.
std::int64_t Compute(const std::string& kind, std::int64_t a, std::int64_t b) {
  const auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
  if (kind == "Add") return static_cast<std::int64_t>(x + y);
  if (kind == "Sub") return static_cast<std::int64_t>(x - y);
  if (kind == "Mul") return static_cast<std::int64_t>(x * y);
  if (kind == "Min") return std::min(a, b);
  if (kind == "Max") return std::max(a, b);
  if (kind == "Equal") return a == b;
  return b == -1 ? static_cast<std::int64_t>(0 - x) : a / b;  // Div; b is not 0
}

float Compute(const std::string& kind, float a, float b) {
  if (kind == "Add") return a + b;
  if (kind == "Sub") return a - b;
  if (kind == "Mul") return a * b;
  if (kind == "Min") return std::min(a, b);
  if (kind == "Max") return std::max(a, b);
  if (kind == "Equal") return a == b;
  return a / b;
}

Result<Constant> Binary(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr a, node.ConstantAt(0, "the first input"));
  ECHOLENS_ASSIGN(const ConstantPtr b, node.ConstantAt(1, "the second input"));
  if (node.Has(2)) return node.Unsupported("more than two constants");
  if (a->is_float() != b->is_float()) return node.Corrupt("its inputs are of two types");
  ECHOLENS_ASSIGN(const Shape shape, Broadcast(node, a->shape, b->shape));
  if (node.op() == "Div" && !b->is_float() && std::ranges::count(b->ints, 0) > 0) {
    return node.Corrupt("it divides by 0");
  }
  ECHOLENS_CHECK(node.Charge(ElementCount(shape)));
  Constant result{a->type, shape, {}, {}};
  const auto fill = [&](auto& to, const auto& left, const auto& right) {
    for (std::int64_t i = 0; i < ElementCount(shape); ++i) {
      to.push_back(Compute(node.op(), left[BroadcastIndex(shape, a->shape, i)],
                           right[BroadcastIndex(shape, b->shape, i)]));
    }
  };
  a->is_float() ? fill(result.floats, a->floats, b->floats) : fill(result.ints, a->ints, b->ints);
  if (node.op() != "Equal") return result;
  result.type = ElementType::kBool;
  for (const float value : result.floats) result.ints.push_back(value != 0);
  result.floats.clear();
  return result;
}

Result<Constant> Unary(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the input"));
  ECHOLENS_CHECK(node.Charge(static_cast<std::int64_t>(data->size())));
  Constant result = *data;
  const std::string& kind = node.op();
  if (!data->is_float() && kind != "Neg") return node.Corrupt("its input is no float tensor");
  for (float& x : result.floats) {
    x = kind == "Neg"     ? -x
        : kind == "Sqrt"  ? std::sqrt(x)
        : kind == "Floor" ? std::floor(x)
                          : std::ceil(x);
  }
  for (std::int64_t& x : result.ints) x = Compute("Sub", 0, x);
  return result;
}

Result<Constant> Where(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr condition, node.ConstantAt(0, "the condition"));
  ECHOLENS_ASSIGN(const ConstantPtr a, node.ConstantAt(1, "the first choice"));
  ECHOLENS_ASSIGN(const ConstantPtr b, node.ConstantAt(2, "the second choice"));
  if (a->is_float() != b->is_float()) return node.Corrupt("its inputs are of two types");
  ECHOLENS_ASSIGN(const Shape choices, Broadcast(node, a->shape, b->shape));
  ECHOLENS_ASSIGN(const Shape shape, Broadcast(node, choices, condition->shape));
  ECHOLENS_CHECK(node.Charge(ElementCount(shape)));
  Constant result{a->type, shape, {}, {}};
  for (std::int64_t i = 0; i < ElementCount(shape); ++i) {
    const bool first = condition->At(BroadcastIndex(shape, condition->shape, i)) != 0;
    const Constant& from = first ? *a : *b;
    const std::size_t at = BroadcastIndex(shape, from.shape, i);
    from.is_float() ? result.floats.push_back(from.floats[at])
                    : result.ints.push_back(from.ints[at]);
  }
  return result;
}

// Towards zero; numbers outside of the type, and none, become its ends.
std::int64_t ToInteger(double value, double low, double high) {
  return static_cast<std::int64_t>(std::isnan(value) ? low : std::clamp(value, low, high));
}

Result<Constant> Range(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr start, node.ConstantAt(0, "the start"));
  ECHOLENS_ASSIGN(const double first, node.NumberAt(0, "the start"));
  ECHOLENS_ASSIGN(const double limit, node.NumberAt(1, "the limit"));
  ECHOLENS_ASSIGN(const double step, node.NumberAt(2, "the step"));
  const double count = std::max(std::ceil((limit - first) / step), 0.0);
  if (!(count <= static_cast<double>(kMaxConstantElements))) {
    return node.Corrupt("a range of " + NumberText(count) + " numbers");
  }
  ECHOLENS_CHECK(node.Charge(static_cast<std::int64_t>(count)));
  Constant result{start->type, {static_cast<std::int32_t>(count)}, {}, {}};
  for (double i = 0; i < count; ++i) {
    const double value = first + i * step;
    start->is_float() ? result.floats.push_back(static_cast<float>(value))
                      : result.ints.push_back(ToInteger(value, -0x1p62, 0x1p62));
  }
  return result;
}

Result<Constant> CastTo(NodeReader& node, ElementType type) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the input"));
  if (type == data->type) return *data;
  Constant result{type, data->shape, {}, {}};
  for (std::size_t i = 0; i < data->size(); ++i) {
    const double value = data->At(i);
    switch (type) {
      case ElementType::kFloat: result.floats.push_back(static_cast<float>(value)); break;
      case ElementType::kInt: result.ints.push_back(ToInteger(value, -0x1p62, 0x1p62)); break;
      case ElementType::kInt8: result.ints.push_back(ToInteger(value, -128, 127)); break;
      case ElementType::kUint8: result.ints.push_back(ToInteger(value, 0, 255)); break;
      case ElementType::kBool: result.ints.push_back(value != 0); break;
    }
  }
  return result;
}

Result<Constant> Cast(NodeReader& node) {
  ECHOLENS_ASSIGN(const std::int64_t to, node.Int("to", 0));
  switch (to) {
    case fb::TensorProto::FLOAT:
    case fb::TensorProto::FLOAT16:
    case fb::TensorProto::DOUBLE: return CastTo(node, ElementType::kFloat);
    case fb::TensorProto::INT32:
    case fb::TensorProto::INT64: return CastTo(node, ElementType::kInt);
    case fb::TensorProto::INT8: return CastTo(node, ElementType::kInt8);
    case fb::TensorProto::UINT8: return CastTo(node, ElementType::kUint8);
    case fb::TensorProto::BOOL: return CastTo(node, ElementType::kBool);
    default: return node.Unsupported("to element type " + std::to_string(to));
  }
}

// Like a value that depends on the input: float32.
Result<Constant> CastLike(NodeReader& node) {
  if (!node.IsConstant(1)) return CastTo(node, ElementType::kFloat);
  ECHOLENS_ASSIGN(const ConstantPtr like, node.ConstantAt(1, "the target"));
  return CastTo(node, like->type);
}

}  // namespace

EvaluateConstant FindConstantArithmetic(const std::string& op) {
  static const std::unordered_map<std::string, EvaluateConstant> table{
      {"Add", Binary}, {"Sub", Binary},   {"Mul", Binary},  {"Div", Binary}, {"Min", Binary},
      {"Max", Binary}, {"Equal", Binary}, {"Neg", Unary},   {"Sqrt", Unary}, {"Floor", Unary},
      {"Ceil", Unary}, {"Where", Where},  {"Range", Range}, {"Cast", Cast},  {"CastLike", CastLike},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx

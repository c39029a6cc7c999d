#include "convert/onnx/node.h"

#include <algorithm>

#include "convert/onnx/layout.h"

namespace echolens::convert::onnx {
namespace {

std::string InputText(std::size_t i) { return "input " + std::to_string(i); }

}  // namespace

Status Reading::Charge(std::int64_t more) {
  constexpr std::int64_t kFree = 1 << 22, kPerByte = 16;
  const auto bytes = static_cast<std::int64_t>(file_bytes + external.bytes());
  elements += more;
  if (elements <= kFree + kPerByte * bytes) return Ok();
  return Error{ErrorCode::kSourceUnsupported, "its constants come to " + std::to_string(elements) +
                                                  " values, too many for a file of " +
                                                  std::to_string(bytes) + " bytes"};
}

Error NodeReader::Corrupt(const std::string& what) const {
  return {ErrorCode::kSourceCorrupt, place_ + ": " + what};
}

Error NodeReader::Unsupported(const std::string& what) const {
  return {ErrorCode::kSourceUnsupported, place_ + ": " + what};
}

Error NodeReader::Placed(const Error& error) const {
  return {error.code, place_ + ": " + error.detail};
}

Status NodeReader::Charge(std::int64_t elements) {
  const Status status = reading_.Charge(elements);
  return status.ok() ? Ok() : Status(Placed(status.error()));
}

bool NodeReader::AllConstant() const {
  return std::ranges::all_of(inputs_, [](const std::optional<Value>& input) {
    return !input || std::holds_alternative<ConstantPtr>(*input);
  });
}

Result<Activation> NodeReader::QuantisedMap(std::size_t i) {
  if (!Has(i)) return Corrupt(InputText(i) + " is missing");
  if (const auto* activation = std::get_if<Activation>(&*inputs_[i])) return *activation;
  const ConstantPtr constant = std::get<ConstantPtr>(*inputs_[i]);
  if (!constant->is_float()) {
    return Unsupported(InputText(i) + " is a constant of integers, expected float32");
  }
  ECHOLENS_CHECK(Charge(static_cast<std::int64_t>(constant->size())));
  return Emit(ConstantValue{constant->shape, constant->floats}, {},
              OnnxOrder(constant->shape.size()), "/constant");
}

Result<Activation> NodeReader::Map(std::size_t i) {
  ECHOLENS_ASSIGN(Activation activation, QuantisedMap(i));
  if (activation.grid) {
    return Unsupported(InputText(i) +
                       " is quantised: expected a DequantizeLinear before it (the QDQ format)");
  }
  return activation;
}

Result<ConstantPtr> NodeReader::ConstantAt(std::size_t i, const std::string& what) {
  if (!Has(i)) return Corrupt(what + " (" + InputText(i) + ") is missing");
  const auto* constant = std::get_if<ConstantPtr>(&*inputs_[i]);
  if (constant == nullptr) {
    return Unsupported(what + " (" + InputText(i) +
                       ") depends on the network's input, expected a constant: export the model "
                       "with fixed input size and in evaluation mode");
  }
  ECHOLENS_CHECK(Charge(static_cast<std::int64_t>((*constant)->size())));
  return *constant;
}

Result<double> NodeReader::NumberAt(std::size_t i, const std::string& what) {
  ECHOLENS_ASSIGN(const ConstantPtr constant, ConstantAt(i, what));
  if (constant->size() != 1) {
    return Corrupt(what + " is " + ShapeText(constant->shape) + ", expected one number");
  }
  return constant->At(0);
}

Result<std::vector<std::int64_t>> NodeReader::IntegersAt(std::size_t i, const std::string& what) {
  ECHOLENS_ASSIGN(const ConstantPtr constant, ConstantAt(i, what));
  if (constant->is_float() || constant->shape.size() > 1) {
    return Corrupt(what + " is " + (constant->is_float() ? "float32 " : "") +
                   ShapeText(constant->shape) + ", expected integers along one axis");
  }
  return constant->ints;
}

const fb::AttributeProto* NodeReader::Find(std::string_view name) const {
  for (const fb::AttributeProto& attribute : proto_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

Result<const fb::AttributeProto*> NodeReader::Find(std::string_view name, int type) const {
  const fb::AttributeProto* attribute = Find(name);
  if (attribute != nullptr && attribute->type() != type) {
    return Corrupt("attribute " + Quoted(name) + " is of type " +
                   std::to_string(attribute->type()) + ", expected " + std::to_string(type));
  }
  return attribute;
}

Result<std::int64_t> NodeReader::Int(std::string_view name, std::int64_t otherwise) const {
  ECHOLENS_ASSIGN(const auto* attribute, Find(name, fb::AttributeProto::INT));
  return attribute ? attribute->i() : otherwise;
}

Result<double> NodeReader::Float(std::string_view name, float otherwise) const {
  ECHOLENS_ASSIGN(const auto* attribute, Find(name, fb::AttributeProto::FLOAT));
  return static_cast<double>(attribute ? attribute->f() : otherwise);
}

Result<std::string> NodeReader::Text(std::string_view name, const std::string& otherwise) const {
  ECHOLENS_ASSIGN(const auto* attribute, Find(name, fb::AttributeProto::STRING));
  return attribute ? attribute->s() : otherwise;
}

Result<std::vector<std::int64_t>> NodeReader::Ints(std::string_view name,
                                                   std::vector<std::int64_t> otherwise) const {
  ECHOLENS_ASSIGN(const auto* attribute, Find(name, fb::AttributeProto::INTS));
  if (attribute == nullptr) return otherwise;
  return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

Result<std::vector<float>> NodeReader::Floats(std::string_view name) const {
  ECHOLENS_ASSIGN(const auto* attribute, Find(name, fb::AttributeProto::FLOATS));
  if (attribute == nullptr) return std::vector<float>();
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

Result<Constant> NodeReader::Tensor(std::string_view name) const {
  ECHOLENS_ASSIGN(const auto* attribute, Find(name, fb::AttributeProto::TENSOR));
  if (attribute == nullptr) return Corrupt("attribute " + Quoted(name) + " is missing");
  Result<Constant> constant = ReadTensor(attribute->t(), reading_.external);
  if (!constant.ok()) return Placed(constant.error());
  return constant;
}

Result<std::optional<std::vector<std::int64_t>>> NodeReader::IntsOrInput(std::string_view name,
                                                                         std::size_t i) {
  if (!Has(i) && !HasAttribute(name)) return std::optional<std::vector<std::int64_t>>();
  ECHOLENS_ASSIGN(std::vector<std::int64_t> values,
                  Has(i) ? IntegersAt(i, std::string(name)) : Ints(name, {}));
  return std::optional(std::move(values));
}

Result<std::vector<int>> NodeReader::Axes(const std::vector<std::int64_t>& axes,
                                          std::size_t rank) const {
  std::vector<int> positive;
  const auto count = static_cast<std::int64_t>(rank);
  for (const std::int64_t axis : axes) {
    if (axis < -count || axis >= count) {
      return Corrupt("axis " + std::to_string(axis) + " of a tensor with " + std::to_string(rank) +
                     " axes");
    }
    positive.push_back(static_cast<int>(axis < 0 ? axis + count : axis));
  }
  std::ranges::sort(positive);
  if (std::ranges::adjacent_find(positive) != positive.end()) {
    return Corrupt("it names an axis twice");
  }
  return positive;
}

Result<int> NodeReader::Axis(std::string_view name, std::int64_t otherwise,
                             std::size_t rank) const {
  ECHOLENS_ASSIGN(const std::int64_t axis, Int(name, otherwise));
  ECHOLENS_ASSIGN(const std::vector<int> axes, Axes({axis}, rank));
  return axes[0];
}

Result<Activation> NodeReader::Emit(SourceOp op, const std::vector<ValueId>& inputs,
                                    std::vector<int> order, const std::string& part) {
  const std::string& own =
      proto_.name().empty() && proto_.output_size() > 0 ? proto_.output(0) : proto_.name();
  ECHOLENS_ASSIGN(const ValueId id,
                  AddNode(reading_.network, place_, std::move(op), inputs, own + part));
  return Lying(reading_.network, id, std::move(order));
}

}  // namespace echolens::convert::onnx

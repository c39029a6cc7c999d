#include "convert/keras/layer_call.h"

#include <cmath>

#include "convert/keras/activation.h"

namespace echolens::convert::keras {
namespace {

constexpr std::size_t kMaxTotal = (std::size_t{1} << 30) / sizeof(float);

bool AppendNumbers(const Json& value, std::vector<double>& numbers) {
  if (value.is_number()) {
    numbers.push_back(value.get<double>());
    return std::isfinite(numbers.back());
  }
  if (!value.is_array()) return false;
  for (const Json& item : value) {
    if (!AppendNumbers(item, numbers)) return false;
  }
  return true;
}

bool IsInt(const Json& value) {
  constexpr double kMost = 1 << 30;
  return value.is_number() && value.get<double>() == std::floor(value.get<double>()) &&
         std::abs(value.get<double>()) < kMost;
}

}  // namespace

Result<Tensor> WeightReader::Read(const std::string& path) {
  ECHOLENS_ASSIGN(Tensor tensor, file_.Floats(path));
  total_ += tensor.data.size();
  if (total_ > kMaxTotal) {
    return Error{ErrorCode::kSourceUnsupported, "the network has over 1 GiB of weights"};
  }
  return tensor;
}

Error LayerCall::Corrupt(const std::string& what) const {
  return {ErrorCode::kSourceCorrupt, layer_.place + ": " + what};
}

Error LayerCall::Unsupported(const std::string& what) const {
  return {ErrorCode::kSourceUnsupported, layer_.place + ": " + what};
}

const Shape& LayerCall::ShapeOf(ValueId id) const {
  return network_.values[static_cast<std::size_t>(id)].shape;
}

Result<bool> LayerCall::Bool(std::string_view key, bool fallback) const {
  const Json* value = Find(config(), key);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  return Corrupt(std::string(key) + " is " + JsonText(*value) + ", expected true or false");
}

Result<int> LayerCall::Int(std::string_view key, int fallback) const {
  const Json* value = Find(config(), key);
  if (value == nullptr) return fallback;
  if (IsInt(*value)) return static_cast<int>(value->get<double>());
  return Corrupt(std::string(key) + " is " + JsonText(*value) + ", expected a whole number");
}

Result<double> LayerCall::Number(std::string_view key, double fallback) const {
  const Json* value = Find(config(), key);
  if (value == nullptr) return fallback;
  if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  return Corrupt(std::string(key) + " is " + JsonText(*value) + ", expected a number");
}

Result<std::array<int, 2>> LayerCall::Pair(std::string_view key,
                                           std::array<int, 2> fallback) const {
  const Json* value = Find(config(), key);
  if (value == nullptr) return fallback;
  if (IsInt(*value)) {
    const int both = static_cast<int>(value->get<double>());
    return std::array{both, both};
  }
  if (value->is_array() && value->size() == 2 && IsInt((*value)[0]) && IsInt((*value)[1])) {
    return std::array{static_cast<int>((*value)[0].get<double>()),
                      static_cast<int>((*value)[1].get<double>())};
  }
  return Corrupt(std::string(key) + " is " + JsonText(*value) + ", expected two whole numbers");
}

Result<std::vector<double>> LayerCall::Numbers(std::string_view key) const {
  const Json* value = Find(config(), key);
  std::vector<double> numbers;
  if (value != nullptr && AppendNumbers(*value, numbers)) return numbers;
  return Corrupt(std::string(key) + " is " + (value == nullptr ? "missing" : JsonText(*value)) +
                 ", expected numbers");
}

Result<Border> LayerCall::Padding() const {
  const std::string padding = TextOr(config(), "padding", "valid");
  if (padding == "same") return Border{Border::Kind::kSame};
  if (padding == "valid") return Border{Border::Kind::kValid};
  return Unsupported("its padding is " + Quoted(padding) + ", expected 'same' or 'valid'");
}

Status LayerCall::CheckLastAxis(std::string_view key, std::size_t rank) const {
  const Json* value = Find(config(), key);
  if (value == nullptr) return Ok();
  std::vector<double> axes;
  if (AppendNumbers(*value, axes) && axes.size() == 1 &&
      (axes[0] == -1 || axes[0] == static_cast<double>(rank) - 1)) {
    return Ok();
  }
  return Unsupported(std::string(key) + " is " + JsonText(*value) +
                     ": only the last axis, the channels, is supported");
}

Result<std::vector<float>> LayerCall::Weight(std::string_view name, const Shape& expected) const {
  const std::vector<WeightKind> kinds = layer_.kind->weights(config());
  std::size_t index = 0;
  while (index < kinds.size() && kinds[index].name != name) ++index;
  if (index >= layer_.weights.size()) return Corrupt("no weight " + Quoted(name));
  Result<Tensor> tensor = weights_.Read(layer_.weights[index]);
  if (!tensor.ok()) {
    return Error{tensor.error().code,
                 layer_.place + ": its " + std::string(name) + ": " + tensor.error().detail};
  }
  if (tensor->shape != expected) {
    return Corrupt("its " + std::string(name) + " is " + ShapeText(tensor->shape) + ", expected " +
                   ShapeText(expected));
  }
  return std::move(tensor->data);
}

Result<std::vector<float>> LayerCall::OptionalWeight(std::string_view flag, std::string_view name,
                                                     const Shape& expected) const {
  ECHOLENS_ASSIGN(const bool present, Bool(flag, true));
  if (!present) return std::vector<float>{};
  return Weight(name, expected);
}

Result<ValueId> LayerCall::Add(SourceOp op, const Values& inputs, std::string_view step) {
  const std::string name = step.empty() ? name_ : name_ + "/" + std::string(step);
  return AddNode(network_, layer_.place, std::move(op), inputs, name);
}

Result<ValueId> LayerCall::AddWithActivation(SourceOp op, const Values& inputs) {
  ECHOLENS_ASSIGN(const std::optional<ActivationLayer> activation, ActivationOf(*this));
  if (!activation) return Add(std::move(op), inputs);
  ECHOLENS_ASSIGN(const ValueId linear, Add(std::move(op), inputs, "linear"));
  return Add(*activation, {linear});
}

}  // namespace echolens::convert::keras

#include "model/tflite_reader_attributes.h"

#include <span>

#include "model/flatbuffer_bytes.h"

namespace echolens {
namespace {

namespace fb = tflite_format;

std::string What(const std::string& role) { return "its input '" + role + "'"; }

struct Constant {
  const fb::Tensor* tensor;
  std::span<const std::uint8_t> bytes;
};

Result<Constant> ConstantInput(const FileNode& node, std::size_t input, const std::string& role) {
  const fb::Tensor* tensor = InputTensor(node, input);
  if (tensor == nullptr) return Corrupt(node, What(role) + " is missing");
  ECHOLENS_ASSIGN(const auto bytes,
                  TensorBytes(*node.model, *tensor, node.name + ": " + What(role)));
  if (!bytes.empty()) return Constant{tensor, bytes};
  return Unsupported(node, What(role) + " is computed at run time, expected a constant");
}

// Scale and zero point of a tensor that has one of each.
struct Scaling {
  float scale = 0;
  std::int64_t zero_point = 0;

  bool operator==(const Scaling&) const = default;
};

Scaling ScalingOf(const fb::Tensor& tensor) {
  const fb::QuantizationParameters* q = tensor.quantization();
  if (q == nullptr || Size(q->scale()) != 1 || Size(q->zero_point()) != 1) return {};
  return {q->scale()->Get(0), Copy(q->zero_point())[0]};  // it may not be aligned
}

}  // namespace

Error Corrupt(const FileNode& node, const std::string& what) {
  return {ErrorCode::kModelCorrupt, node.name + ": " + what};
}
Error Unsupported(const FileNode& node, const std::string& what) {
  return {ErrorCode::kModelUnsupported, node.name + ": " + what};
}
Error Invalid(const FileNode& node, const std::string& what) {
  return {ErrorCode::kModelInvalid, node.name + ": " + what};
}

const fb::Tensor* InputTensor(const FileNode& node, std::size_t input) {
  if (input >= Size(node.op->inputs())) return nullptr;
  const std::int32_t index = node.op->inputs()->Get(static_cast<flatbuffers::uoffset_t>(input));
  if (index < 0) return nullptr;
  return node.subgraph->tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
}

Result<std::vector<std::int32_t>> Integers(const FileNode& node, std::size_t input,
                                           const std::string& role) {
  const std::string what = What(role);
  ECHOLENS_ASSIGN(const Constant constant, ConstantInput(node, input, role));
  const auto& [tensor, bytes] = constant;
  const bool wide = tensor->type() == fb::TensorType::INT64;
  if (!wide && tensor->type() != fb::TensorType::INT32) {
    return Unsupported(node,
                       what + " is " + FileTypeName(tensor->type()) + ", expected INT32 or INT64");
  }
  const std::size_t element = wide ? sizeof(std::int64_t) : sizeof(std::int32_t);
  constexpr std::size_t kMost = 2 * kMaxRank;
  if (bytes.size() % element != 0 || bytes.size() / element > kMost) {
    return Invalid(node, what + " has " + std::to_string(bytes.size()) + " bytes, expected up to " +
                             std::to_string(kMost) + " numbers of " + std::to_string(element) +
                             " bytes");
  }
  std::vector<std::int32_t> values;
  for (std::size_t at = 0; at < bytes.size(); at += element) {
    std::int64_t value = 0;
    if (wide) {
      std::memcpy(&value, bytes.data() + at, sizeof value);
    } else {
      std::int32_t narrow = 0;
      std::memcpy(&narrow, bytes.data() + at, sizeof narrow);
      value = narrow;
    }
    if (value != static_cast<std::int32_t>(value)) {
      return Invalid(node, what + " holds " + std::to_string(value) + ", which is out of range");
    }
    values.push_back(static_cast<std::int32_t>(value));
  }
  return values;
}

Result<float> PadValue(const FileNode& node, std::size_t input) {
  const std::string role = "value", what = What(role);
  ECHOLENS_ASSIGN(const Constant constant, ConstantInput(node, input, role));
  const auto& [tensor, bytes] = constant;
  const fb::Tensor* padded = InputTensor(node, 0);
  if (padded == nullptr || tensor->type() != padded->type()) {
    return Invalid(node, what + " is " + FileTypeName(tensor->type()) +
                             ", expected the type of "
                             "what is padded");
  }
  const bool int8 = tensor->type() == fb::TensorType::INT8;
  if (!int8 && tensor->type() != fb::TensorType::FLOAT32) {
    return Unsupported(node,
                       what + " is " + FileTypeName(tensor->type()) + ", expected FLOAT32 or INT8");
  }
  if (bytes.size() != (int8 ? sizeof(std::int8_t) : sizeof(float))) {
    return Invalid(node,
                   what + " has " + std::to_string(bytes.size()) + " bytes, expected one number");
  }
  if (!int8) {
    float value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  const Scaling scaling = ScalingOf(*tensor);
  if (scaling != ScalingOf(*padded)) {
    return Unsupported(node, what +
                                 " and what is padded differ in scale or zero point, expected "
                                 "the same");
  }
  // In double: a zero point that is out of range is found out later.
  const double stored = static_cast<std::int8_t>(bytes[0]);
  return static_cast<float>(scaling.scale * (stored - static_cast<double>(scaling.zero_point)));
}

}  // namespace echolens

// Constant tensors of an ONNX file: initialisers, attributes and what is computed from them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "convert/onnx.h"
#include "model/graph.h"
#include "onnx.pb.h"
#include "result.h"

namespace echolens::convert::onnx {

namespace fb = onnx_format;

// What the reader tells apart: half and double precision are kept as float32, all wider integers as
// int64.
enum class ElementType : std::uint8_t { kFloat, kInt, kInt8, kUint8, kBool };

// A tensor in C order; sizes of 0 are allowed. Its values are in `floats` for kFloat, otherwise in
// `ints`.
struct Constant {
  ElementType type = ElementType::kFloat;
  Shape shape;
  std::vector<float> floats;
  std::vector<std::int64_t> ints;

  bool is_float() const { return type == ElementType::kFloat; }
  std::size_t size() const { return is_float() ? floats.size() : ints.size(); }
  double At(std::size_t i) const { return is_float() ? floats[i] : static_cast<double>(ints[i]); }
};
using ConstantPtr = std::shared_ptr<const Constant>;

inline constexpr std::size_t kMaxConstantRank = 8;
inline constexpr std::int64_t kMaxConstantElements = std::int64_t{1} << 30;

// The shape, when its sizes are 0 or more and its elements few enough. Errors: kSourceCorrupt.
Result<Shape> CheckedShape(std::span<const std::int64_t> sizes);

// Files beside the model, each brought once.
class ExternalData {
 public:
  explicit ExternalData(ReadExternal read) : read_(std::move(read)) {}

  // The `bytes` bytes that the tensor says are its own. Errors: kSourceCorrupt (no plain relative
  // name, outside of the file, another length), kFileUnreadable and whatever the caller's function
  // says.
  Result<std::string_view> Find(const fb::TensorProto& tensor, std::int64_t bytes);

  std::size_t bytes() const { return bytes_; }

 private:
  ReadExternal read_;
  std::map<std::string, std::vector<std::uint8_t>> files_;
  std::size_t bytes_ = 0;  // of all files so far
};

// An initialiser or attribute. Errors: kSourceCorrupt (shape, number of bytes),
// kSourceUnsupported (element type); without the tensor's name.
Result<Constant> ReadTensor(const fb::TensorProto& tensor, ExternalData& external);

}  // namespace echolens::convert::onnx

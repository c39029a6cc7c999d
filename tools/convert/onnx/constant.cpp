#include "convert/onnx/constant.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace echolens::convert::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }

// IEEE 754 binary16.
float HalfToFloat(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
  float magnitude = std::ldexp(static_cast<float>(exponent ? fraction | 0x400 : fraction),
                               std::max(exponent, 1) - 25);
  if (exponent == 0x1F) magnitude = fraction ? NAN : INFINITY;
  return half & 0x8000 ? -magnitude : magnitude;
}

template <class T>
std::vector<T> FromBytes(std::string_view bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

// The tensor's values as the file's type T: from bytes, or from the typed field `field`.
template <class T, class Field>
Result<std::vector<T>> Values(const fb::TensorProto& tensor, std::int64_t count, const Field& field,
                              ExternalData& external) {
  if (tensor.data_location() == fb::TensorProto::EXTERNAL) {
    ECHOLENS_ASSIGN(const std::string_view bytes,
                    external.Find(tensor, count * static_cast<std::int64_t>(sizeof(T))));
    return FromBytes<T>(bytes);
  }
  if (tensor.has_raw_data()) {
    const std::string_view bytes = tensor.raw_data();
    if (static_cast<std::int64_t>(bytes.size()) != count * static_cast<std::int64_t>(sizeof(T))) {
      return Corrupt("raw_data has " + std::to_string(bytes.size()) + " bytes, expected " +
                     std::to_string(count * static_cast<std::int64_t>(sizeof(T))));
    }
    return FromBytes<T>(bytes);
  }
  if (field.size() != count) {
    return Corrupt("it has " + std::to_string(field.size()) + " values, expected " +
                   std::to_string(count));
  }
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(count));
  for (const auto value : field) values.push_back(static_cast<T>(value));
  return values;
}

bool IsPlainRelative(std::string_view name) {
  constexpr std::size_t kLongest = 1000;
  if (name.empty() || name.size() > kLongest || name.front() == '/') return false;
  if (name.find_first_of(std::string_view("\\:\0", 3)) != std::string_view::npos) return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

Result<std::int64_t> ReadNumber(const std::string& text, const std::string& key) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    return Corrupt("its external data have the " + key + " " + Quoted(text));
  }
  return number;
}

template <class T>
std::vector<std::int64_t> Widen(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

Result<Shape> CheckedShape(std::span<const std::int64_t> sizes) {
  std::string text;
  std::int64_t count = 1;
  bool valid = sizes.size() <= kMaxConstantRank;
  Shape shape;
  for (const std::int64_t size : sizes.first(std::min(sizes.size(), kMaxConstantRank + 1))) {
    text += (text.empty() ? "" : ", ") + std::to_string(size);
    valid = valid && size >= 0 && size <= kMaxConstantElements;
    if (!valid) continue;
    count *= std::max<std::int64_t>(size, 1);  // a size of 0 does not excuse a huge one
    valid = count <= kMaxConstantElements;
    shape.push_back(static_cast<std::int32_t>(size));
  }
  if (!valid) return Corrupt("the shape [" + text + "] is not one that a network could have");
  return shape;
}

Result<std::string_view> ExternalData::Find(const fb::TensorProto& tensor, std::int64_t bytes) {
  std::string location;
  std::int64_t offset = 0, length = bytes;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") {
      ECHOLENS_ASSIGN(offset, ReadNumber(entry.value(), "offset"));
    }
    if (entry.key() == "length") {
      ECHOLENS_ASSIGN(length, ReadNumber(entry.value(), "length"));
    }
  }
  if (!IsPlainRelative(location)) {
    return Corrupt("its external data are in " + Quoted(location) +
                   ", expected a file name relative to the model, without '..'");
  }
  if (length != bytes) {
    return Corrupt("its external data have " + std::to_string(length) + " bytes, expected " +
                   std::to_string(bytes));
  }
  auto file = files_.find(location);
  if (file == files_.end()) {
    if (!read_) {
      return Error{ErrorCode::kFileUnreadable, "its external data " + Quoted(location) +
                                                   " are not at hand: keep the file beside the "
                                                   "model, or save the model as one file"};
    }
    ECHOLENS_ASSIGN(std::vector<std::uint8_t> content, read_(location));
    bytes_ += content.size();
    file = files_.emplace(location, std::move(content)).first;
  }
  const auto size = static_cast<std::int64_t>(file->second.size());
  if (offset > size || length > size - offset) {
    return Corrupt("its external data end at byte " + std::to_string(offset) + " + " +
                   std::to_string(length) + ", but " + Quoted(location) + " has " +
                   std::to_string(size));
  }
  return std::string_view(reinterpret_cast<const char*>(file->second.data()) + offset,
                          static_cast<std::size_t>(length));
}

Result<Constant> ReadTensor(const fb::TensorProto& tensor, ExternalData& external) {
  Constant constant;
  ECHOLENS_ASSIGN(constant.shape, CheckedShape({tensor.dims().data(),
                                                static_cast<std::size_t>(tensor.dims_size())}));
  const std::int64_t count = ElementCount(constant.shape);
  const auto& small = tensor.int32_data();  // holds all that is narrower, too
  const auto integers = [&]<class T>(T, const auto& field, ElementType type) -> Status {
    constant.type = type;
    ECHOLENS_ASSIGN(const std::vector<T> values, Values<T>(tensor, count, field, external));
    constant.ints = Widen(values);
    return Ok();
  };
  switch (tensor.data_type()) {
    case fb::TensorProto::FLOAT: {
      ECHOLENS_ASSIGN(constant.floats, Values<float>(tensor, count, tensor.float_data(), external));
      return constant;
    }
    case fb::TensorProto::DOUBLE: {
      ECHOLENS_ASSIGN(const std::vector<double> values,
                      Values<double>(tensor, count, tensor.double_data(), external));
      for (const double value : values) constant.floats.push_back(static_cast<float>(value));
      return constant;
    }
    case fb::TensorProto::FLOAT16: {
      ECHOLENS_ASSIGN(const std::vector<std::uint16_t> values,
                      Values<std::uint16_t>(tensor, count, small, external));
      for (const std::uint16_t value : values) constant.floats.push_back(HalfToFloat(value));
      return constant;
    }
    case fb::TensorProto::INT64:
      ECHOLENS_CHECK(integers(std::int64_t{}, tensor.int64_data(), ElementType::kInt));
      return constant;
    case fb::TensorProto::INT32:
      ECHOLENS_CHECK(integers(std::int32_t{}, small, ElementType::kInt));
      return constant;
    case fb::TensorProto::INT8:
      ECHOLENS_CHECK(integers(std::int8_t{}, small, ElementType::kInt8));
      return constant;
    case fb::TensorProto::UINT8:
      ECHOLENS_CHECK(integers(std::uint8_t{}, small, ElementType::kUint8));
      return constant;
    case fb::TensorProto::BOOL:
      ECHOLENS_CHECK(integers(std::uint8_t{}, small, ElementType::kBool));
      return constant;
  }
  return Error{ErrorCode::kSourceUnsupported,
               "its element type is " + std::to_string(tensor.data_type()) +
                   ", expected float32, float16, double, int8, uint8, int32, int64 or bool"};
}

}  // namespace echolens::convert::onnx

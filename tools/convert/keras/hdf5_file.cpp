#include "convert/keras/hdf5_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "convert/keras/byte_reader.h"
#include "convert/keras/hdf5_attribute.h"

namespace echolens::convert::keras {
namespace {

constexpr int kMaxParts = 1000;  // of an attribute that was too long for one

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }
std::string At(std::string_view path) { return Quoted(path.empty() ? "/" : path); }

const Message* FindMessage(const std::vector<Message>& messages, MessageType type) {
  const auto found = std::ranges::find(messages, type, &Message::type);
  return found == messages.end() || found->shared ? nullptr : &*found;
}

// IV.A.2.d: little-endian IEEE 754 of 32 bits, down to the last bit field.
bool IsFloat32(std::span<const std::uint8_t> datatype) {
  constexpr std::uint8_t kFloat32[] = {0x20, 0x1F, 0, 4, 0,  0,   0, 0, 0, 32,
                                       0,    23,   8, 0, 23, 127, 0, 0, 0};
  return datatype.size() >= 1 + sizeof kFloat32 && (datatype[0] & 0x0F) == 1 &&
         std::equal(std::begin(kFloat32), std::end(kFloat32), datatype.begin() + 1);
}

// IV.A.2.i: where the numbers lie; nothing when that is not in one piece.
std::optional<std::span<const std::uint8_t>> Storage(std::span<const std::uint8_t> file,
                                                     std::span<const std::uint8_t> layout) {
  constexpr std::uint8_t kCompact = 0, kContiguous = 1;
  ByteReader reader(layout);
  const std::uint8_t version = reader.U8(), kind = reader.U8();
  if (version != 3 || (kind != kCompact && kind != kContiguous)) return std::nullopt;
  if (kind == kCompact) return reader.Take(reader.U16());
  ByteReader target(file, reader.U64());
  return target.Take(reader.U64());
}

}  // namespace

Result<Hdf5File> Hdf5File::Open(std::span<const std::uint8_t> bytes) {
  ECHOLENS_ASSIGN(Objects objects, ListObjects(bytes));
  return Hdf5File(bytes, std::move(objects));
}

bool Hdf5File::Has(std::string_view path) const { return objects_.contains(path); }

Result<std::vector<Message>> Hdf5File::Header(std::string_view path) const {
  const auto found = objects_.find(path);
  if (found == objects_.end()) return Corrupt("the HDF5 file has no " + At(path));
  return ReadObjectHeader(bytes_, found->second);
}

bool Hdf5File::HasAttribute(std::string_view path, std::string_view name) const {
  const auto header = Header(path);
  return header.ok() && std::ranges::any_of(*header, [&](const Message& message) {
           return message.type == MessageType::kAttribute && AttributeName(message) == name;
         });
}

Result<std::vector<std::string>> Hdf5File::Texts(std::string_view path,
                                                 const std::string& name) const {
  ECHOLENS_ASSIGN(const std::vector<Message> header, Header(path));
  std::map<std::string, const Message*> attributes;
  for (const Message& message : header) {
    if (message.type == MessageType::kAttribute)
      attributes.emplace(AttributeName(message), &message);
  }
  if (const auto whole = attributes.find(name); whole != attributes.end()) {
    return AttributeTexts(bytes_, *whole->second);
  }
  std::vector<std::string> texts;
  for (int part = 0; part < kMaxParts; ++part) {
    const auto found = attributes.find(name + std::to_string(part));
    if (found == attributes.end()) {
      if (part > 0) return texts;
      break;
    }
    ECHOLENS_ASSIGN(const std::vector<std::string> more, AttributeTexts(bytes_, *found->second));
    texts.insert(texts.end(), more.begin(), more.end());
  }
  return Corrupt("HDF5 object " + At(path) + " has no attribute " + Quoted(name));
}

Result<std::string> Hdf5File::Text(std::string_view path, const std::string& name) const {
  ECHOLENS_ASSIGN(std::vector<std::string> texts, Texts(path, name));
  if (texts.size() == 1) return std::move(texts[0]);
  return Corrupt("HDF5 attribute " + Quoted(name) + " has " + std::to_string(texts.size()) +
                 " texts, expected 1");
}

Result<Tensor> Hdf5File::Floats(std::string_view path) const {
  static_assert(std::endian::native == std::endian::little);
  ECHOLENS_ASSIGN(const std::vector<Message> header, Header(path));
  const std::string dataset = "HDF5 dataset " + At(path);
  const Message* type = FindMessage(header, MessageType::kDatatype);
  const Message* space = FindMessage(header, MessageType::kDataspace);
  const Message* layout = FindMessage(header, MessageType::kLayout);
  if (layout == nullptr || space == nullptr || type == nullptr) {
    return Corrupt(At(path) + " is no HDF5 dataset");
  }
  if (!IsFloat32(type->data)) {
    return Error{ErrorCode::kSourceUnsupported,
                 dataset + " holds no 32-bit floats: make the model with dtype float32"};
  }
  const auto sizes = ReadDataspace(space->data);
  const auto storage = Storage(bytes_, layout->data);
  if (!storage || FindMessage(header, MessageType::kFilters) != nullptr ||
      FindMessage(header, MessageType::kExternalFiles) != nullptr) {
    return Error{ErrorCode::kSourceUnsupported,
                 dataset +
                     " is compressed, in pieces or in another file: save the model again "
                     "with model.save"};
  }
  if (!sizes || sizes->size() > kMaxRank) return Corrupt(dataset + " is damaged");

  Tensor tensor;
  std::uint64_t count = 1;
  for (const std::uint64_t n : *sizes) {
    if (n == 0 || n > bytes_.size() / sizeof(float) / count) {
      return Corrupt(dataset + " is larger than the file, or empty");
    }
    count *= n;
    tensor.shape.push_back(static_cast<std::int32_t>(n));
  }
  if (storage->size() != count * sizeof(float)) {
    return Corrupt(dataset + " is not stored in the file");
  }
  tensor.data.resize(static_cast<std::size_t>(count));
  std::memcpy(tensor.data.data(), storage->data(), storage->size());
  return tensor;
}

}  // namespace echolens::convert::keras

#include "convert/keras/hdf5_attribute.h"

#include <algorithm>

#include "convert/keras/byte_reader.h"
#include "model/graph.h"

namespace echolens::convert::keras {
namespace {

constexpr std::size_t kMaxTexts = 10'000;                     // of one attribute
constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;  // of one attribute
constexpr int kMaxHeapObjects = 1 << 16;                      // their index has 16 bits

// IV.A.2.m: the parts of an attribute message, each behind the other.
struct Attribute {
  std::string name;
  std::span<const std::uint8_t> datatype, dataspace, data;
  bool ok = false;
};

Attribute Split(const Message& message) {
  ByteReader reader(message.data);
  const std::uint8_t version = reader.U8(), flags = reader.U8();
  const std::uint16_t name_size = reader.U16(), type_size = reader.U16(), space_size = reader.U16();
  if (version == 3) reader.U8();  // the name's character set
  const auto take = [&](std::uint16_t size) {
    const auto part = reader.Take(size);
    if (version == 1) reader.Take((8 - size % 8) % 8);
    return part;
  };
  Attribute attribute;
  const auto name = take(name_size);
  attribute.name.assign(name.begin(), std::ranges::find(name, 0));
  attribute.datatype = take(type_size);
  attribute.dataspace = take(space_size);
  attribute.data = reader.rest();
  const bool shared = message.shared || (version != 1 && flags != 0);
  attribute.ok = reader.ok() && !shared && version >= 1 && version <= 3;
  return attribute;
}

std::string UpToZero(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), std::ranges::find(bytes, 0)};
}

// III.E: object `index` of a global heap.
std::optional<std::span<const std::uint8_t>> HeapObject(std::span<const std::uint8_t> file,
                                                        std::uint64_t address,
                                                        std::uint32_t index) {
  ByteReader collection(file, address);
  if (!collection.Skip("GCOL")) return std::nullopt;
  collection.Take(4);
  const std::uint64_t size = collection.U64();
  ByteReader objects(collection.Take(size - 16));  // without this header
  for (int i = 0; i < kMaxHeapObjects && objects.rest().size() >= 16; ++i) {
    const std::uint16_t own = objects.U16();
    objects.Take(6);
    const std::uint64_t length = objects.U64();
    const auto data = objects.Take(length);
    if (!objects.ok() || own == 0) return std::nullopt;  // 0: the free space at the end
    if (own == index) return data;
    objects.Take((8 - length % 8) % 8);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::uint64_t>> ReadDataspace(std::span<const std::uint8_t> message) {
  ByteReader reader(message);
  const std::uint8_t version = reader.U8(), rank = reader.U8();
  reader.U8();                            // whether largest sizes follow
  const std::uint8_t kind = reader.U8();  // version 2: scalar, simple, or none at all
  if (version == 1) reader.U32();
  std::vector<std::uint64_t> sizes;
  for (int axis = 0; axis < rank; ++axis) sizes.push_back(reader.U64());
  if (version == 2 && kind == 2) sizes = {0};
  const bool known = version == 1 || (version == 2 && kind <= 2);
  if (!reader.ok() || !known) return std::nullopt;
  return sizes;
}

std::string AttributeName(const Message& message) {
  const Attribute attribute = Split(message);
  return attribute.ok ? attribute.name : "";
}

Result<std::vector<std::string>> AttributeTexts(std::span<const std::uint8_t> file,
                                                const Message& message) {
  const Attribute attribute = Split(message);
  const Error damaged{ErrorCode::kSourceCorrupt,
                      "HDF5 attribute " + Quoted(attribute.name) + " is no text, or damaged"};
  const auto sizes = ReadDataspace(attribute.dataspace);
  if (!attribute.ok || !sizes) return damaged;
  std::uint64_t count = 1;
  for (const std::uint64_t n : *sizes) count = std::min(count, std::uint64_t{kMaxTexts}) * n;
  std::vector<std::string> texts;
  if (count == 0) return texts;  // Keras writes an empty list as one of numbers
  if (count > kMaxTexts) return damaged;

  // IV.A.2.d: the class is in the lower half of the first byte.
  constexpr std::uint8_t kFixedText = 3, kVariable = 9, kVariableText = 1;
  ByteReader type(attribute.datatype);
  const std::uint8_t kind = type.U8() & 0x0F, subkind = type.U8() & 0x0F;
  type.U16();
  const std::uint32_t length = type.U32();
  ByteReader data(attribute.data);
  std::size_t total = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (kind == kFixedText) {
      texts.push_back(UpToZero(data.Take(length)));
    } else if (kind == kVariable && subkind == kVariableText) {
      const std::uint32_t size = data.U32();
      const std::uint64_t address = data.U64();
      const auto object = HeapObject(file, address, data.U32());
      if (size > 0 && (!object || size > object->size())) return damaged;
      texts.push_back(size == 0 ? "" : UpToZero(object->first(size)));
    } else {
      return damaged;
    }
    total += texts.back().size();
    if (!data.ok() || !type.ok() || total > kMaxTextBytes) return damaged;
  }
  return texts;
}

}  // namespace echolens::convert::keras

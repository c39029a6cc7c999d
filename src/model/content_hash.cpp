#include "model/content_hash.h"

#include <algorithm>
#include <string_view>

#include "metadata_generated.h"
#include "model/flatbuffer_bytes.h"
#include "model/metadata.h"
#include "model/sha256.h"

namespace echolens {
namespace {

namespace fb = tflite_format;
constexpr std::size_t kHashSize = 32;
constexpr std::array<std::uint8_t, kHashSize> kZeros{};

std::span<const std::uint8_t> BufferData(const fb::Buffer& buffer) {
  if (buffer.data() == nullptr) return {};
  return {buffer.data()->Data(), buffer.data()->size()};
}

bool IsOurs(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kSmallestFlatBuffer &&
         flatbuffers::BufferHasIdentifier(bytes.data(), metadata_format::MetadataIdentifier());
}

}  // namespace

Result<std::optional<std::span<const std::uint8_t>>> FindMetadata(const fb::Model& model) {
  const fb::Metadata* found = nullptr;
  for (std::size_t i = 0; i < Size(model.metadata()); ++i) {
    const fb::Metadata* entry = model.metadata()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (Text(entry->name()) != kMetadataName) continue;
    if (found != nullptr) {
      return Error{ErrorCode::kModelCorrupt,
                   "the model file names echolens metadata twice, expected once"};
    }
    found = entry;
  }
  if (found != nullptr) {
    if (found->buffer() >= Size(model.buffers())) {
      return Error{ErrorCode::kModelCorrupt,
                   "echolens metadata: buffer index " + std::to_string(found->buffer()) +
                       ", expected under " + std::to_string(Size(model.buffers()))};
    }
    return std::optional(BufferData(*model.buffers()->Get(found->buffer())));
  }
  // One damaged byte in the name must not turn a sealed file into one that nothing vouches for.
  for (std::size_t i = 0; i < Size(model.buffers()); ++i) {
    if (!IsOurs(BufferData(*model.buffers()->Get(static_cast<flatbuffers::uoffset_t>(i)))))
      continue;
    return Error{ErrorCode::kModelCorrupt, "the model file holds echolens metadata in buffer " +
                                               std::to_string(i) +
                                               ", but does not name it: it is damaged"};
  }
  return std::optional<std::span<const std::uint8_t>>{};
}

Result<std::size_t> ContentHashOffset(std::span<const std::uint8_t> file,
                                      std::span<const std::uint8_t> metadata) {
  const AlignedBytes aligned(metadata);
  const auto bytes = aligned.get();
  if (!VerifyFlatBuffer<metadata_format::Metadata>(bytes, metadata_format::MetadataIdentifier())) {
    return Error{ErrorCode::kModelCorrupt, "the model's echolens metadata are damaged"};
  }
  const auto* hash = metadata_format::GetMetadata(bytes.data())->content_sha256();
  if (Size(hash) != kHashSize) {
    return Error{ErrorCode::kModelCorrupt, "the model's content hash has " +
                                               std::to_string(Size(hash)) + " bytes, expected 32"};
  }
  return static_cast<std::size_t>(metadata.data() - file.data()) +
         static_cast<std::size_t>(hash->Data() - bytes.data());
}

std::array<std::uint8_t, 32> ContentHash(std::span<const std::uint8_t> file, std::size_t offset) {
  Sha256 content;
  content.Update(file.first(offset));
  content.Update(kZeros);
  content.Update(file.subspan(offset + kHashSize));
  return content.Finish();
}

Result<std::string> CheckContentHash(std::span<const std::uint8_t> file,
                                     std::span<const std::uint8_t> metadata) {
  ECHOLENS_ASSIGN(const std::size_t offset, ContentHashOffset(file, metadata));
  const std::span<const std::uint8_t> sealed = file.subspan(offset, kHashSize);
  Sha256 whole;
  whole.Update(file.first(offset));
  Sha256 content = whole;
  content.Update(kZeros);
  whole.Update(sealed);
  Sha256::UpdateBoth(whole, content, file.subspan(offset + kHashSize));
  if (std::ranges::equal(content.Finish(), sealed)) return Hex(whole.Finish());
  return Error{ErrorCode::kModelCorrupt,
               "the model file is not the one that was sealed: its content does not match the "
               "SHA-256 in its metadata"};
}

}  // namespace echolens

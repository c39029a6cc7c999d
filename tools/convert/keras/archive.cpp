#include "convert/keras/archive.h"

#include <zip.h>

#include <algorithm>
#include <memory>

namespace echolens::convert::keras {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;       // of one part, unpacked
constexpr std::uint64_t kMaxTextBytes = std::uint64_t{32} << 20;  // of the JSON parts
constexpr std::int64_t kMaxEntries = 10'000;
// No weights pack so well; below the floor nothing can hurt.
constexpr std::uint64_t kMaxRatio = 200, kRatioFloor = std::uint64_t{16} << 20;

struct DiscardZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }

Result<Zip> OpenZip(std::span<const std::uint8_t> file) {
  if (file.size() < 4 || file[0] != 'P' || file[1] != 'K') {
    return Corrupt("no .keras archive: it does not begin as a zip file does");
  }
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), /*freep=*/0, &error);
  Zip zip(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error));
  if (zip == nullptr && source != nullptr) zip_source_free(source);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (zip == nullptr) return Corrupt("the .keras archive is damaged: " + reason);
  if (const zip_int64_t entries = zip_get_num_entries(zip.get(), 0); entries > kMaxEntries) {
    return Corrupt("the .keras archive has " + std::to_string(entries) +
                   " entries, expected up to " + std::to_string(kMaxEntries));
  }
  return zip;
}

Result<zip_stat_t> FindEntry(zip_t* zip, const std::string& name, std::uint64_t limit) {
  zip_stat_t entry;
  if (zip_stat(zip, name.c_str(), 0, &entry) != 0) {
    return Corrupt("the .keras archive has no " + name + ": save the whole model with model.save");
  }
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((entry.valid & kNeeded) != kNeeded) return Corrupt(name + " is damaged: no sizes");
  if (entry.encryption_method != ZIP_EM_NONE ||
      (entry.comp_method != ZIP_CM_STORE && entry.comp_method != ZIP_CM_DEFLATE)) {
    return Error{ErrorCode::kSourceUnsupported,
                 name + " is encrypted or packed in an unusual way: save the model again"};
  }
  const bool bomb = entry.size > kRatioFloor && entry.size / kMaxRatio > entry.comp_size;
  if (entry.size > limit || bomb) {
    return Corrupt(name + " unpacks from " + std::to_string(entry.comp_size) + " to " +
                   std::to_string(entry.size) + " bytes: more than a network's weights do");
  }
  return entry;
}

template <class Bytes>
Result<Bytes> ReadEntry(zip_t* zip, const std::string& name, std::uint64_t limit) {
  ECHOLENS_ASSIGN(const zip_stat_t entry, FindEntry(zip, name, limit));
  const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen_index(zip, entry.index, 0));
  if (file == nullptr) return Corrupt(name + " is damaged: " + zip_strerror(zip));
  Bytes bytes;
  // Grows with what is really there: a declared size costs nothing.
  constexpr std::size_t kChunk = std::size_t{1} << 20;
  while (bytes.size() <= entry.size) {
    const std::size_t begin = bytes.size();
    bytes.resize(begin + std::min<std::size_t>(kChunk, entry.size - begin + 1));
    const zip_int64_t n = zip_fread(file.get(), bytes.data() + begin, bytes.size() - begin);
    if (n < 0) return Corrupt(name + " is damaged: " + zip_file_strerror(file.get()));
    bytes.resize(begin + static_cast<std::size_t>(n));
    if (n == 0) break;
  }
  if (bytes.size() != entry.size) {
    return Corrupt(name + " is damaged: it has " + std::to_string(bytes.size()) +
                   " bytes or more, expected " + std::to_string(entry.size));
  }
  return bytes;
}

}  // namespace

Result<Archive> ReadArchive(std::span<const std::uint8_t> file) {
  ECHOLENS_ASSIGN(const Zip zip, OpenZip(file));
  Archive archive;
  ECHOLENS_ASSIGN(archive.config, ReadEntry<std::string>(zip.get(), "config.json", kMaxTextBytes));
  ECHOLENS_ASSIGN(archive.metadata,
                  ReadEntry<std::string>(zip.get(), "metadata.json", kMaxTextBytes));
  ECHOLENS_ASSIGN(archive.weights,
                  ReadEntry<std::vector<std::uint8_t>>(zip.get(), "model.weights.h5", kMaxBytes));
  return archive;
}

}  // namespace echolens::convert::keras

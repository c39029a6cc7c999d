// What reading a FlatBuffer of unknown origin needs beside its Verifier. Internal to model/.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace echolens {

static_assert(std::endian::native == std::endian::little, "model files are read in place");

// A FlatBuffer with an identifier: the offset to its root, then four letters. Its offsets are
// signed 32-bit.
inline constexpr std::size_t kSmallestFlatBuffer = 8;
inline constexpr std::size_t kLargestFlatBuffer = 0x7FFFFFFE;

// The same bytes at an address fit for every scalar; copied only where they stand at another.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    if (bytes.empty() ||
        reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) == 0) {
      return;
    }
    copy_.resize((bytes.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
    std::memcpy(copy_.data(), bytes.data(), bytes.size());
    bytes_ = {reinterpret_cast<const std::uint8_t*>(copy_.data()), bytes.size()};
  }
  AlignedBytes(const AlignedBytes&) = delete;
  AlignedBytes& operator=(const AlignedBytes&) = delete;

  std::span<const std::uint8_t> get() const { return bytes_; }

 private:
  std::vector<std::uint64_t> copy_;
  std::span<const std::uint8_t> bytes_;
};

// Runs the Verifier with bounds on nesting and on tables: a table takes eight bytes of the file at
// least (itself and the offset to it), so that a file which names more of them names some many
// times over.
template <class Root>
bool VerifyFlatBuffer(std::span<const std::uint8_t> bytes, const char* identifier) {
  constexpr std::size_t kMostTables = 100'000;
  if (bytes.size() < kSmallestFlatBuffer || bytes.size() > kLargestFlatBuffer) return false;
  flatbuffers::Verifier::Options options;
  options.max_depth = 16;
  options.max_tables =
      static_cast<flatbuffers::uoffset_t>(std::min(kMostTables, bytes.size() / 8 + 1));
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), options);
  return verifier.VerifyBuffer<Root>(identifier);
}

// Elements of a vector that may be absent.
template <class T>
std::size_t Size(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

// A copy of a vector of scalars. By memcpy: the Verifier does not promise that its elements are
// aligned.
template <class T>
std::vector<T> Copy(const flatbuffers::Vector<T>* vector) {
  std::vector<T> copy(Size(vector));
  if (!copy.empty()) std::memcpy(copy.data(), vector->Data(), copy.size() * sizeof(T));
  return copy;
}

inline std::string_view Text(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view{} : std::string_view{text->c_str(), text->size()};
}

}  // namespace echolens

// Little-endian numbers out of untrusted bytes. A read past the end gives 0 and is remembered, so
// that one look at ok() after several reads is enough.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace echolens::convert::keras {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes, std::uint64_t offset = 0)
      : rest_(bytes) {
    Take(offset);
  }

  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }
  std::span<const std::uint8_t> rest() const { return rest_; }

  std::span<const std::uint8_t> Take(std::uint64_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(static_cast<std::size_t>(count));
    return taken;
  }
  std::uint8_t U8() { return static_cast<std::uint8_t>(Number(1)); }
  std::uint16_t U16() { return static_cast<std::uint16_t>(Number(2)); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(Number(4)); }
  std::uint64_t U64() { return Number(8); }

  // Whether the next bytes are these; they are taken.
  bool Skip(std::string_view signature) {
    bool same = true;
    for (const char c : signature) same = (U8() == static_cast<std::uint8_t>(c)) && same;
    return same && ok_;
  }

 private:
  std::uint64_t Number(std::size_t count) {
    std::uint64_t value = 0;
    std::size_t shift = 0;
    for (const std::uint8_t byte : Take(count)) {
      value |= std::uint64_t{byte} << shift;
      shift += 8;
    }
    return value;
  }

  std::span<const std::uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace echolens::convert::keras

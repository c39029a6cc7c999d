// Numbers out of a file's bytes. The caller has checked that they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace echolens {

using Bytes = std::span<const std::uint8_t>;

inline int BigEndian16(Bytes bytes, std::size_t at) { return bytes[at] << 8 | bytes[at + 1]; }

inline std::uint32_t BigEndian32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(BigEndian16(bytes, at)) << 16 |
         static_cast<std::uint32_t>(BigEndian16(bytes, at + 2));
}

inline int LittleEndian16(Bytes bytes, std::size_t at) { return bytes[at] | bytes[at + 1] << 8; }

inline std::uint32_t LittleEndian32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(LittleEndian16(bytes, at)) |
         static_cast<std::uint32_t>(LittleEndian16(bytes, at + 2)) << 16;
}

// Does `text` stand at `at`? No when the bytes end before it does.
inline bool HasText(Bytes bytes, std::size_t at, std::string_view text) {
  if (at > bytes.size() || text.size() > bytes.size() - at) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (bytes[at + i] != static_cast<std::uint8_t>(text[i])) return false;
  }
  return true;
}

}  // namespace echolens

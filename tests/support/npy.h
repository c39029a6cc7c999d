// The data of a NumPy array file (.npy, version 1, little-endian, C order), shape and type left to
// the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

// Empty when `file` is no such array.
inline std::vector<std::uint8_t> NpyData(const std::vector<std::uint8_t>& file) {
  constexpr std::size_t kPreamble = 10;  // magic, version, length of the header
  if (file.size() < kPreamble || std::memcmp(file.data(), "\x93NUMPY\x01", 7) != 0) return {};
  const std::size_t start = kPreamble + file[8] + 256U * file[9];
  if (start > file.size()) return {};
  return {file.begin() + static_cast<std::ptrdiff_t>(start), file.end()};
}

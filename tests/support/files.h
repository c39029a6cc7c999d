// Reads test data. TEST_DATA is tests/data.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

// The bytes of tests/data/<name>; empty when the file cannot be read.
inline std::vector<std::uint8_t> ReadTestData(const std::string& name) {
  std::vector<std::uint8_t> bytes;
  if (std::FILE* file = std::fopen((std::string(TEST_DATA) + "/" + name).c_str(), "rb")) {
    std::uint8_t chunk[65536];
    for (std::size_t n; (n = std::fread(chunk, 1, sizeof chunk, file)) > 0;)
      bytes.insert(bytes.end(), chunk, chunk + n);
    std::fclose(file);
  }
  return bytes;
}

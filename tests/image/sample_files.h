// Picture files for the tests: those of tests/data/decode, and headers made by hand.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "image/decode.h"
#include "support/files.h"

namespace echolens {

using File = std::vector<std::uint8_t>;

// The small files of tests/data/decode must not fail for their size.
inline const DecodeLimits kSmall{.min_side = 1};

inline std::vector<std::string> DecodeNames() {
  const File index = ReadTestData("decode/index.txt");
  std::istringstream lines(std::string(index.begin(), index.end()));
  std::vector<std::string> names;
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

inline File BytesOf(std::string_view text) { return {text.begin(), text.end()}; }

// Where `text` stands in the file; its size when nowhere.
inline std::size_t Find(const File& file, std::string_view text, std::size_t from = 0) {
  const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
  const std::size_t at = all.find(text, from);
  return at == std::string_view::npos ? file.size() : at;
}

// The error's name and sentence, or "ok".
inline std::string Outcome(const File& file, const DecodeLimits& limits = kSmall) {
  const Result<DecodedImage> result = DecodeImage(file, limits);
  if (result.ok()) return "ok";
  return std::string(ErrorName(result.error().code)) + ": " + result.error().detail;
}

}  // namespace echolens

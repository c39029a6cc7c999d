#include "npy.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <string_view>

namespace echolens::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 10'000;  // as NumPy's max_header_size
constexpr std::size_t kMostAxes = 64;           // as NumPy 2

std::string_view Descr(DataType type) {
  switch (type) {
    case DataType::kFloat32: return "<f4";
    case DataType::kInt8: return "|i1";
    case DataType::kInt32: return "<i4";
  }
  return "?";
}

struct Header {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<NpyShape> shape;
};

// The header is a Python dictionary with three known keys; this reads no more of Python than that.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : rest_(text) {}

  std::optional<Header> Parse() {
    Header header;
    if (!Take('{')) return {};
    while (!Take('}')) {
      const std::optional<std::string> key = String();
      if (!key || !Take(':') || !Value(*key, header)) return {};
      if (!Take(',') && !Next('}')) return {};
    }
    SkipSpace();
    if (!rest_.empty() || !header.descr || !header.fortran_order || !header.shape) return {};
    return header;
  }

 private:
  bool Value(const std::string& key, Header& header) {
    if (key == "descr" && !header.descr) return (header.descr = String()).has_value();
    if (key == "shape" && !header.shape) return (header.shape = Tuple()).has_value();
    if (key != "fortran_order" || header.fortran_order) return false;
    if (TakeWord("True")) header.fortran_order = true;
    if (TakeWord("False")) header.fortran_order = false;
    return header.fortran_order.has_value();
  }

  std::optional<std::string> String() {
    SkipSpace();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return {};
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) return {};
    std::string text(rest_.substr(1, end - 1));
    if (text.find('\\') != std::string::npos) return {};
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<NpyShape> Tuple() {
    NpyShape shape;
    if (!Take('(')) return {};
    bool comma = true;
    while (!Take(')')) {
      SkipSpace();
      std::int64_t size = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (!comma || error != std::errc() || size < 0 || shape.size() == kMostAxes) return {};
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      shape.push_back(size);
      comma = Take(',');
    }
    if (shape.size() == 1 && !comma) return {};  // "(3)" is a number, "(3,)" a tuple
    return shape;
  }

  void SkipSpace() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size()));
  }
  bool Next(char c) {
    SkipSpace();
    return rest_.starts_with(c);
  }
  bool Take(char c) {
    if (!Next(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool TakeWord(std::string_view word) {
    SkipSpace();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string_view rest_;
};

// Nothing where the product does not fit.
std::optional<std::uint64_t> DataBytes(DataType type, const NpyShape& shape) {
  std::uint64_t bytes = ElementSize(type);
  for (const std::int64_t size : shape) {
    if (size == 0) return 0;
  }
  for (const std::int64_t size : shape) {
    const auto factor = static_cast<std::uint64_t>(size);
    if (bytes > std::numeric_limits<std::uint64_t>::max() / factor) return {};
    bytes *= factor;
  }
  return bytes;
}

}  // namespace

std::string NpyShapeText(const NpyShape& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

Result<NpyReader> NpyReader::Open(const std::string& path) {
  NpyReader reader;
  reader.path_ = path;
  ECHOLENS_ASSIGN(reader.file_, OpenForReading(path));
  ECHOLENS_CHECK(reader.ReadHeader());
  ECHOLENS_CHECK(reader.CheckLength());
  return reader;
}

Status NpyReader::ReadHeader() {
  std::array<std::uint8_t, 12> preamble{};  // magic, version, length of what follows
  const std::span<std::uint8_t> bytes(preamble);
  if (!Read(bytes.first(8)).ok() || std::memcmp(preamble.data(), kMagic.data(), 6) != 0) {
    return Bad("is no .npy file");
  }
  const int version = preamble[6];
  if ((version != 1 && version != 2) || preamble[7] != 0) {
    return Bad("is of .npy version " + std::to_string(version) + "." + std::to_string(preamble[7]) +
               ", expected 1.0 or 2.0");
  }
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  ECHOLENS_CHECK(Read(bytes.subspan(8, length_bytes)));
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8 | preamble[8 + i];
  if (length > kLongestHeader) {
    return Bad("has a header of " + std::to_string(length) + " bytes, expected up to " +
               std::to_string(kLongestHeader));
  }
  std::string header(length, ' ');
  ECHOLENS_CHECK(Read({reinterpret_cast<std::uint8_t*>(header.data()), header.size()}));
  header_bytes_ = 8 + length_bytes + length;
  return ParseHeader(header);
}

Status NpyReader::ParseHeader(const std::string& text) {
  const std::optional<Header> header = HeaderParser(text).Parse();
  if (!header) return Bad("has a damaged header");
  const std::string& descr = *header->descr;
  if (descr == "<f4") {
    type_ = DataType::kFloat32;
  } else if (descr == "|i1" || descr == "<i1") {
    type_ = DataType::kInt8;
  } else if (descr == "<i4") {
    type_ = DataType::kInt32;
  } else if (descr.starts_with('>')) {
    return Bad("is big-endian (" + Quoted(descr) + "): save it with array.astype('<" +
               Quoted(descr.substr(1)).substr(1) + ")");
  } else {
    return Bad("holds " + Quoted(descr) +
               ", expected '<f4' (float32) or '|i1' (int8): save it with "
               "array.astype(numpy.float32)");
  }
  if (*header->fortran_order) {
    return Bad("is in Fortran order: save it with numpy.ascontiguousarray(array)");
  }
  shape_ = *header->shape;
  if (!DataBytes(type_, shape_)) return Bad("has a shape too large: " + NpyShapeText(shape_));
  return Ok();
}

Status NpyReader::CheckLength() const {
  std::error_code error;
  if (!fs::is_regular_file(path_, error)) return Ok();  // a pipe has no length
  const std::uint64_t size = fs::file_size(path_, error);
  const std::uint64_t data = size > header_bytes_ ? size - header_bytes_ : 0;
  const std::uint64_t expected = *DataBytes(type_, shape_);
  if (error || data == expected) return Ok();
  return Bad("has " + std::to_string(data) + " bytes of data, its shape " + NpyShapeText(shape_) +
             " says " + std::to_string(expected));
}

Status NpyReader::Read(std::span<std::uint8_t> bytes) {
  if (bytes.empty()) return Ok();  // fread takes no null pointer
  if (std::fread(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size()) return Ok();
  if (std::ferror(file_.get()) == 0) return Bad("ends too early");
  return Error{ErrorCode::kFileUnreadable, "cannot read '" + path_ + "': " + std::strerror(errno)};
}

Error NpyReader::Bad(const std::string& what) const {
  return {ErrorCode::kFileUnreadable, "'" + path_ + "' " + what};
}

std::vector<std::uint8_t> NpyHeader(DataType type, const NpyShape& shape) {
  std::string text = "{'descr': '" + std::string(Descr(type)) +
                     "', 'fortran_order': False, 'shape': " + NpyShapeText(shape) + ", }";
  constexpr std::size_t kPreamble = 10;
  constexpr std::size_t kAlignment = 64;
  text.append(kAlignment - 1 - (kPreamble + text.size()) % kAlignment, ' ');
  text += '\n';
  std::string header(kMagic);
  header +=
      {'\1', '\0', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  header += text;
  return {header.begin(), header.end()};
}

}  // namespace echolens::tools

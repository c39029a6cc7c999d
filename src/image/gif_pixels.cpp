#include "image/gif_pixels.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace echolens {
namespace {

constexpr int kMostCodeBits = 12;

Error Corrupt(const std::string& what) {
  return {ErrorCode::kImageCorrupt, "the GIF file is damaged: " + what};
}

// The codes of a frame, least bit first, across its blocks.
class CodeReader {
 public:
  CodeReader(Bytes file, std::size_t at) : file_(file), at_(at) {}

  // The next code; none (−1) at the end of the blocks or of the file.
  int Next(int bits) {
    while (count_ < bits) {
      if (left_ == 0) {
        left_ = at_ < file_.size() ? file_[at_++] : 0;
        if (left_ == 0) return -1;
      }
      if (at_ >= file_.size()) return -1;
      buffer_ |= static_cast<std::uint32_t>(file_[at_++]) << count_;
      count_ += 8;
      --left_;
    }
    const int code = static_cast<int>(buffer_ & ((1U << bits) - 1));
    buffer_ >>= bits;
    count_ -= bits;
    return code;
  }

 private:
  Bytes file_;
  std::size_t at_;
  int left_ = 0;  // bytes of the block
  std::uint32_t buffer_ = 0;
  int count_ = 0;
};

// What the codes stand for: each made from an earlier one and a colour behind it.
class CodeTable {
 public:
  explicit CodeTable(int first_bits) : colours_(std::size_t{1} << first_bits) {
    for (std::size_t code = 0; code < colours_; ++code) {
      entries_[code] = {0, 1, static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(code)};
    }
    Clear();
  }

  void Clear() { size_ = colours_ + 2; }  // the two are the clear and the end code
  std::size_t size() const { return size_; }
  std::size_t Length(std::size_t code) const { return entries_[code].length; }

  // A full table stays as it is until it is cleared.
  void Add(std::size_t prefix, std::size_t next) {
    if (size_ == entries_.size()) return;
    const Entry& before = entries_[prefix];
    // The code that is being made may follow itself.
    const std::uint8_t last = next == size_ ? before.first : entries_[next].first;
    entries_[size_++] = {static_cast<std::uint16_t>(prefix),
                         static_cast<std::uint16_t>(before.length + 1), before.first, last};
  }

  // As many of the code's pixels as there is room for.
  void Write(std::size_t code, std::span<std::uint8_t> out) const {
    for (std::size_t i = Length(code); i-- > 0; code = entries_[code].prefix) {
      if (i < out.size()) out[i] = entries_[code].last;
    }
  }

 private:
  struct Entry {
    std::uint16_t prefix, length;
    std::uint8_t first, last;  // colours
  };
  std::array<Entry, 1 << kMostCodeBits> entries_{};
  std::size_t colours_;
  std::size_t size_ = 0;
};

}  // namespace

Result<std::size_t> ReadGifPixels(Bytes file, std::size_t at, std::span<std::uint8_t> pixels) {
  const int first_bits = file[at];
  if (first_bits < 2 || first_bits > 8) {
    return Corrupt("a frame's code size is " + std::to_string(first_bits) + ", expected 2 to 8");
  }
  const std::size_t clear = std::size_t{1} << first_bits, end = clear + 1;
  CodeReader reader(file, at + 1);
  CodeTable table(first_bits);
  int bits = first_bits + 1;
  std::optional<std::size_t> previous;
  std::size_t filled = 0;
  while (filled < pixels.size()) {
    const int next = reader.Next(bits);
    if (next < 0) break;
    const auto code = static_cast<std::size_t>(next);
    if (code == end) break;
    if (code == clear) {
      table.Clear();
      bits = first_bits + 1;
      previous.reset();
      continue;
    }
    if (code > table.size() || (code == table.size() && !previous)) {
      return Corrupt("a code comes before it was made");
    }
    if (previous) table.Add(*previous, code);
    table.Write(code, pixels.subspan(filled));
    filled += std::min(table.Length(code), pixels.size() - filled);
    if (table.size() == std::size_t{1} << bits && bits < kMostCodeBits) ++bits;
    previous = code;
  }
  return filled;
}

}  // namespace echolens

#include "image/gif_codes.h"

#include <string>
#include <vector>

namespace echolens {
namespace {

constexpr int kMostCodeBits = 12;
constexpr std::size_t kMostCodes = 8192;  // after one clear code, in stb_image

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

}  // namespace

Result<std::int64_t> CountGifPixels(Bytes file, std::size_t at, std::int64_t enough) {
  const int first_bits = file[at];
  if (first_bits < 1 || first_bits > 8) {
    return Corrupt("a frame's code size is " + std::to_string(first_bits) + ", expected 1 to 8");
  }
  const std::size_t clear = std::size_t{1} << first_bits, end = clear + 1;
  CodeReader reader(file, at + 1);
  std::vector<std::int64_t> lengths(kMostCodes, 1);  // pixels of each code
  std::size_t next = 0;                              // the code to be made; 0 before a clear code
  int bits = first_bits + 1;
  int previous = -1;
  std::int64_t pixels = 0;
  while (pixels < enough) {
    const int code = reader.Next(bits);
    if (code < 0) break;
    const auto index = static_cast<std::size_t>(code);
    if (index == clear) {
      bits = first_bits + 1;
      next = end + 1;
      previous = -1;
      continue;
    }
    if (index == end) break;
    if (index > next || (index == next && previous < 0)) {
      return Corrupt("a code comes before it was made");
    }
    if (previous >= 0) {
      if (next == kMostCodes) {
        return Error{ErrorCode::kImageUnsupported,
                     "the GIF file keeps a full code table for longer than echolens can follow: "
                     "export the picture as PNG"};
      }
      lengths[next++] = lengths[static_cast<std::size_t>(previous)] + 1;
    }
    pixels += lengths[index];
    if ((next & ((std::size_t{1} << bits) - 1)) == 0 && bits < kMostCodeBits) ++bits;
    previous = code;
  }
  return pixels;
}

}  // namespace echolens

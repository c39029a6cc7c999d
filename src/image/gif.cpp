#include "image/gif.h"

#include <string>

#include "image/gif_codes.h"
#include "image/stb.h"

namespace echolens {
namespace {

constexpr std::size_t kHeaderSize = 13;  // signature and logical screen descriptor
constexpr std::size_t kFrameSize = 10;   // image descriptor with its separator
constexpr std::uint8_t kFrame = 0x2C, kExtension = 0x21, kTrailer = 0x3B;
constexpr std::uint8_t kGraphicControl = 0xF9;

Error Corrupt(const std::string& what) {
  return {ErrorCode::kImageCorrupt, "the GIF file is damaged: " + what};
}

// Bytes of the colour table that `flags` announces.
std::size_t ColourTableSize(int flags) {
  return (flags & 0x80) != 0 ? std::size_t{3} * (std::size_t{2} << (flags & 7)) : 0;
}

// Where the blocks of a frame or extension that begin at `at` end.
Result<std::size_t> SkipBlocks(Bytes file, std::size_t at) {
  while (at < file.size()) {
    const std::size_t next = at + 1 + file[at];
    if (file[at] == 0) return next;
    at = next;
  }
  return Corrupt("it ends within a block");
}

// Checks the frame whose descriptor begins at `at`, and where its codes begin.
Result<std::size_t> CheckFrame(Bytes file, std::size_t at) {
  if (file.size() - at < kFrameSize) return Corrupt("it ends within a frame's header");
  const int flags = file[at + 9];
  const std::size_t codes = at + kFrameSize + ColourTableSize(flags);
  if (codes + 1 >= file.size()) return Corrupt("it ends within a frame's header");
  if ((flags & 0x80) == 0 && (file[10] & 0x80) == 0) return Corrupt("a frame has no colours");
  return codes;
}

Status CheckFirstFrame(Bytes file, std::size_t at, std::size_t codes) {
  const int left = LittleEndian16(file, at + 1), top = LittleEndian16(file, at + 3);
  const int width = LittleEndian16(file, at + 5), height = LittleEndian16(file, at + 7);
  if (width == 0 || height == 0) return Corrupt("its first frame has no pixels");
  if (left + width > LittleEndian16(file, 6) || top + height > LittleEndian16(file, 8)) {
    return Corrupt("its first frame lies outside of the picture");
  }
  const std::int64_t pixels = std::int64_t{width} * height;
  const Result<std::int64_t> found = CountGifPixels(file, codes, pixels);
  if (!found.ok()) return found.error();
  if (*found < pixels) {
    return Corrupt("its first frame has " + std::to_string(*found) + " pixels, expected " +
                   std::to_string(pixels));
  }
  return Ok();
}

Status CheckBlocks(Bytes file) {
  bool first = true;
  std::size_t at = kHeaderSize + ColourTableSize(file[10]);
  while (at < file.size() && file[at] != kTrailer) {
    if (file[at] == kFrame) {
      ECHOLENS_ASSIGN(const std::size_t codes, CheckFrame(file, at));
      if (first) ECHOLENS_CHECK(CheckFirstFrame(file, at, codes));
      first = false;
      at = codes + 1;
    } else if (file[at] == kExtension) {
      if (file.size() - at < 3) return Corrupt("it ends within an extension");
      if (file[at + 1] == kGraphicControl && file[at + 2] != 4) {
        return Corrupt("a graphic control block has a wrong length");
      }
      at += 2;
    } else {
      return Corrupt("no block begins at byte " + std::to_string(at));
    }
    ECHOLENS_ASSIGN(at, SkipBlocks(file, at));
  }
  if (at >= file.size()) return Corrupt("it ends before its trailer");
  if (first) return Corrupt("it has no frame");
  return Ok();
}

}  // namespace

Result<ImageHeader> ReadGifHeader(Bytes file) {
  if (file.size() < kHeaderSize) return Corrupt("it ends within its header");
  return ImageHeader{ImageFormat::kGif, LittleEndian16(file, 6), LittleEndian16(file, 8)};
}

Result<GreyImage> DecodeGif(Bytes file, const ImageHeader& header) {
  ECHOLENS_CHECK(CheckBlocks(file));
  return DecodeWithStb(file, header, 4);
}

}  // namespace echolens

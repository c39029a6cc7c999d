#include "image/gif.h"

#include <optional>
#include <string>
#include <vector>

#include "image/allocate.h"
#include "image/gif_pixels.h"
#include "image/grey.h"

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

// What the first frame is made of.
struct Frame {
  int left = 0, top = 0, width = 0, height = 0;
  bool interlaced = false;
  Bytes colours;         // red, green, blue of each
  int transparent = -1;  // the colour that is none
  std::size_t codes = 0;
  bool followed = false;  // by another one
};

// The frame whose descriptor begins at `at`.
Result<Frame> ReadFrame(Bytes file, std::size_t at) {
  if (file.size() - at < kFrameSize) return Corrupt("it ends within a frame's header");
  const int flags = file[at + 9];
  const std::size_t own_colours = ColourTableSize(flags);
  Frame frame{LittleEndian16(file, at + 1),
              LittleEndian16(file, at + 3),
              LittleEndian16(file, at + 5),
              LittleEndian16(file, at + 7),
              (flags & 0x40) != 0,
              {},
              -1,
              at + kFrameSize + own_colours,
              false};
  if (frame.codes >= file.size()) return Corrupt("it ends within a frame's header");
  frame.colours = own_colours > 0 ? file.subspan(at + kFrameSize, own_colours)
                                  : file.subspan(kHeaderSize, ColourTableSize(file[10]));
  if (frame.colours.empty()) return Corrupt("a frame has no colours");
  return frame;
}

// Walks the blocks of the whole file. The first frame.
Result<Frame> ReadBlocks(Bytes file) {
  std::optional<Frame> first;
  int transparent = -1;
  std::size_t at = kHeaderSize + ColourTableSize(file[10]);
  while (at < file.size() && file[at] != kTrailer) {
    if (file[at] == kFrame) {
      ECHOLENS_ASSIGN(Frame frame, ReadFrame(file, at));
      frame.transparent = transparent;
      at = frame.codes + 1;
      if (first) {
        first->followed = true;
      } else {
        first = frame;
      }
    } else if (file[at] == kExtension) {
      if (file.size() - at < 3) return Corrupt("it ends within an extension");
      if (file[at + 1] == kGraphicControl) {
        if (file[at + 2] != 4 || file.size() - at < 8) {
          return Corrupt("a graphic control block has a wrong length");
        }
        transparent = (file[at + 3] & 1) != 0 ? file[at + 6] : -1;
      }
      at += 2;
    } else {
      return Corrupt("no block begins at byte " + std::to_string(at));
    }
    ECHOLENS_ASSIGN(at, SkipBlocks(file, at));
  }
  if (at >= file.size()) return Corrupt("it ends before its trailer");
  if (!first) return Corrupt("it has no frame");
  return *first;
}

// In which order the rows of a frame come.
std::vector<int> RowOrder(const Frame& frame) {
  constexpr int kPasses[][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};  // first row, step
  std::vector<int> rows;
  if (!frame.interlaced) {
    for (int y = 0; y < frame.height; ++y) rows.push_back(y);
    return rows;
  }
  for (const auto& [start, step] : kPasses) {
    for (int y = start; y < frame.height; y += step) rows.push_back(y);
  }
  return rows;
}

}  // namespace

Result<ImageHeader> ReadGifHeader(Bytes file) {
  if (file.size() < kHeaderSize) return Corrupt("it ends within its header");
  return ImageHeader{ImageFormat::kGif, LittleEndian16(file, 6), LittleEndian16(file, 8)};
}

bool AnimatedGif(Bytes file) {
  const Result<Frame> first = ReadBlocks(file);
  return first.ok() && first->followed;
}

Result<DecodedImage> DecodeGif(Bytes file, const ImageHeader& header) {
  ECHOLENS_ASSIGN(const Frame frame, ReadBlocks(file));
  if (frame.width == 0 || frame.height == 0) return Corrupt("its first frame has no pixels");
  if (frame.left + frame.width > header.width || frame.top + frame.height > header.height) {
    return Corrupt("its first frame lies outside of the picture");
  }
  const std::uint64_t size = std::uint64_t(frame.width) * std::uint64_t(frame.height);
  ECHOLENS_ASSIGN(std::vector<std::uint8_t> pixels, Allocate<std::uint8_t>(size));
  ECHOLENS_ASSIGN(const std::size_t filled, ReadGifPixels(file, frame.codes, pixels));
  if (filled < pixels.size()) {
    return Corrupt("its first frame has " + std::to_string(filled) + " pixels, expected " +
                   std::to_string(size));
  }

  std::vector<Shade> palette;
  for (std::size_t i = 0; i < frame.colours.size(); i += 3) {
    const bool visible = palette.size() != static_cast<std::size_t>(frame.transparent);
    palette.push_back(
        visible ? ShadeOf(frame.colours[i], frame.colours[i + 1], frame.colours[i + 2]) : Shade{});
  }
  ECHOLENS_ASSIGN(DecodedImage image, BlankImage(header));
  const std::uint8_t* pixel = pixels.data();
  for (const int y : RowOrder(frame)) {
    std::size_t out = std::size_t(frame.top + y) * std::size_t(header.width) +
                      static_cast<std::size_t>(frame.left);
    for (int x = 0; x < frame.width; ++x, ++pixel, ++out) {
      if (*pixel >= palette.size()) return Corrupt("a pixel's colour is not in the palette");
      image.grey.pixels[out] = palette[*pixel].grey;
      image.coloured[out] = palette[*pixel].coloured;
    }
  }
  return image;
}

}  // namespace echolens

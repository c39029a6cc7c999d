#include "image/bmp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <string>
#include <vector>

#include "image/grey.h"

namespace echolens {
namespace {

// Offsets in the file: a header of 14 bytes, then the information header.
constexpr std::size_t kPixelsAt = 10;
constexpr std::size_t kInfoSizeAt = 14;
constexpr std::size_t kMasksAt = 54;
constexpr std::uint32_t kInfoSize = 40, kInfoSizeV4 = 108, kInfoSizeV5 = 124;
constexpr std::uint32_t kUncompressed = 0, kMasks = 3;

Error Corrupt(const std::string& what) {
  return {ErrorCode::kImageCorrupt, "the BMP file is damaged: " + what};
}

Error Unsupported(const std::string& what) {
  return {ErrorCode::kImageUnsupported,
          "the BMP file has " + what + ", which echolens does not read: export the picture as PNG"};
}

struct Info {
  std::size_t info_size = 0;
  int width = 0, height = 0;
  bool top_down = false;
  int bits = 0;
  std::uint32_t compression = 0;
  std::size_t pixels_at = 0;

  std::size_t RowBytes() const {
    return static_cast<std::size_t>((std::int64_t{width} * bits + 31) / 32 * 4);
  }
  bool HasMasks() const { return compression == kMasks; }
};

Result<Info> ReadInfo(Bytes file) {
  if (file.size() < kInfoSizeAt + 4) return Corrupt("it ends within its header");
  const std::uint32_t size = LittleEndian32(file, kInfoSizeAt);
  if (size != kInfoSize && size != kInfoSizeV4 && size != kInfoSizeV5) {
    return Unsupported("a header of " + std::to_string(size) + " bytes");
  }
  if (file.size() < kInfoSizeAt + size) return Corrupt("it ends within its header");
  const auto width = static_cast<std::int32_t>(LittleEndian32(file, 18));
  const auto height = static_cast<std::int32_t>(LittleEndian32(file, 22));  // negative: top down
  if (width < 0 || height == INT_MIN) return Corrupt("its width or height has no meaning");
  return Info{size,
              width,
              height < 0 ? -height : height,
              height < 0,
              LittleEndian16(file, 28),
              LittleEndian32(file, 30),
              LittleEndian32(file, kPixelsAt)};
}

Status CheckCompression(const Info& info) {
  switch (info.compression) {
    case kUncompressed:
    case kMasks: break;
    case 1:
    case 2: return Unsupported("run-length coded pixels");
    case 4:
    case 5: return Unsupported("a JPEG or PNG inside");
    default: return Unsupported("compression " + std::to_string(info.compression));
  }
  const int bits = info.bits;
  const bool known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
  if (!known) return Corrupt("its pixels have " + std::to_string(bits) + " bits");
  if (info.HasMasks() && bits != 16 && bits != 32) {
    return Corrupt("masks and " + std::to_string(bits) + " bits a pixel");
  }
  return Ok();
}

// Red, green, blue and alpha of a pixel of 16, 24 or 32 bits; alpha 0 where there is none.
using Masks = std::array<std::uint32_t, 4>;

Result<Masks> ReadMasks(Bytes file, const Info& info) {
  if (!info.HasMasks()) {
    return info.bits == 16 ? Masks{0x7C00, 0x03E0, 0x001F, 0} : Masks{0xFF0000, 0xFF00, 0xFF, 0};
  }
  Masks masks{};
  const std::size_t count = info.info_size == kInfoSize ? 3 : 4;
  if (file.size() < kMasksAt + 4 * count) return Corrupt("it ends within its masks");
  for (std::size_t i = 0; i < count; ++i) {
    masks[i] = LittleEndian32(file, kMasksAt + 4 * i);
    const std::uint32_t run = masks[i] == 0 ? 0 : masks[i] >> std::countr_zero(masks[i]);
    if ((run == 0 && i < 3) || (run & (run + 1)) != 0) return Corrupt("a mask has no meaning");
  }
  return masks;
}

// The bits under the mask as 0 … 255.
int Component(std::uint32_t pixel, std::uint32_t mask) {
  if (mask == 0) return 255;
  const int shift = std::countr_zero(mask);
  return static_cast<int>(std::uint64_t{(pixel & mask) >> shift} * 255 / (mask >> shift));
}

// Fills the image's pixels from `out` on; so does the next function.
void ReadColourRow(Bytes row, int bits, const Masks& masks, std::size_t out, DecodedImage& image) {
  const auto bytes = static_cast<std::size_t>(bits / 8);
  const auto width = static_cast<std::size_t>(image.grey.width);
  for (std::size_t x = 0; x < width; ++x) {
    std::uint32_t pixel = 0;
    for (std::size_t i = bytes; i-- > 0;) pixel = pixel << 8 | row[x * bytes + i];
    std::uint8_t rgba[4];
    for (std::size_t c = 0; c < 4; ++c) {
      rgba[c] = static_cast<std::uint8_t>(Component(pixel, masks[c]));
    }
    const Shade shade = ShadeOf(rgba, 4);
    image.grey.pixels[out + x] = shade.grey;
    image.coloured[out + x] = shade.coloured;
  }
}

// The palette's colours. Errors: kImageCorrupt.
Result<std::vector<Shade>> ReadPalette(Bytes file, const Info& info) {
  const std::size_t start = kInfoSizeAt + info.info_size;
  const std::size_t room = (info.pixels_at - start) / 4;
  const std::size_t most = std::size_t{1} << info.bits;
  const std::size_t stated = LittleEndian32(file, 46);
  const std::size_t entries = stated == 0 ? most : std::min(stated, most);
  if (entries > room) {
    return Corrupt("its palette says " + std::to_string(entries) + " colours, and there is room " +
                   "for " + std::to_string(room));
  }
  std::vector<Shade> palette(entries);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = start + 4 * i;
    palette[i] = ShadeOf(file[at + 2], file[at + 1], file[at]);
  }
  return palette;
}

// False for a colour that the palette does not have.
bool ReadPaletteRow(Bytes row, int bits, std::span<const Shade> palette, std::size_t out,
                    DecodedImage& image) {
  const auto depth = static_cast<std::size_t>(bits);
  const auto width = static_cast<std::size_t>(image.grey.width);
  for (std::size_t x = 0; x < width; ++x) {
    const std::size_t bit = x * depth;
    const auto entry = static_cast<std::size_t>(row[bit / 8]) >> (8 - depth - bit % 8) &
                       ((std::size_t{1} << depth) - 1);
    if (entry >= palette.size()) return false;
    image.grey.pixels[out + x] = palette[entry].grey;
    image.coloured[out + x] = palette[entry].coloured;
  }
  return true;
}

}  // namespace

Result<ImageHeader> ReadBmpHeader(Bytes file) {
  ECHOLENS_ASSIGN(const Info info, ReadInfo(file));
  return ImageHeader{ImageFormat::kBmp, info.width, info.height};
}

Result<DecodedImage> DecodeBmp(Bytes file, const ImageHeader& header) {
  ECHOLENS_ASSIGN(const Info info, ReadInfo(file));
  ECHOLENS_CHECK(CheckCompression(info));
  const std::size_t masks_behind = info.HasMasks() && info.info_size == kInfoSize ? 12 : 0;
  if (info.pixels_at < kInfoSizeAt + info.info_size + masks_behind) {
    return Corrupt("its pixels begin within its header");
  }
  const std::uint64_t end =
      info.pixels_at + std::uint64_t(info.RowBytes()) * std::uint64_t(info.height);
  if (file.size() < end) {
    return Corrupt("it has " + std::to_string(file.size()) + " bytes, expected " +
                   std::to_string(end));
  }
  ECHOLENS_ASSIGN(const Masks masks, ReadMasks(file, info));
  std::vector<Shade> palette;
  if (info.bits <= 8) {
    ECHOLENS_ASSIGN(palette, ReadPalette(file, info));
  }
  ECHOLENS_ASSIGN(DecodedImage image, BlankImage(header));
  const auto width = static_cast<std::size_t>(header.width);
  const auto height = static_cast<std::size_t>(header.height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t stored = info.top_down ? y : height - 1 - y;
    const Bytes row = file.subspan(info.pixels_at + stored * info.RowBytes(), info.RowBytes());
    if (info.bits > 8) {
      ReadColourRow(row, info.bits, masks, y * width, image);
    } else if (!ReadPaletteRow(row, info.bits, palette, y * width, image)) {
      return Corrupt("a pixel's colour is not in the palette");
    }
  }
  return image;
}

}  // namespace echolens

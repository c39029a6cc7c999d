#include "image/png.h"

#include <algorithm>
#include <array>
#include <climits>
#include <string>

#include "image/allocate.h"
#include "image/grey.h"
#include "image/png_rows.h"
#include "image/stb.h"

namespace echolens {
namespace {

constexpr std::size_t kSignatureSize = 8;
constexpr std::size_t kChunkExtra = 12;  // length, type and CRC around a chunk's data
constexpr std::size_t kHeaderDataSize = 13;
// Of 65,536, reached by any picture whose samples are spread over all 16 bits, as PNG wants it. One
// of 14 bits or fewer that are kept as they are ends below.
constexpr int kBrightest = 1 << 14;

Error Corrupt(const std::string& what) {
  return {ErrorCode::kImageCorrupt, "the PNG file is damaged: " + what};
}

constexpr std::array<std::uint32_t, 256> MakeCrcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    table[n] = n;
    for (int bit = 0; bit < 8; ++bit) {
      table[n] = (table[n] & 1) != 0 ? 0xEDB88320 ^ table[n] >> 1 : table[n] >> 1;
    }
  }
  return table;
}

// PNG specification, annex D.
std::uint32_t Crc32(Bytes bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = MakeCrcTable();
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) crc = kTable[(crc ^ byte) & 0xFF] ^ crc >> 8;
  return ~crc;
}

// RFC 1950, 8.2.
std::uint32_t Adler32(Bytes bytes) {
  constexpr std::uint32_t kBase = 65521;
  constexpr std::size_t kRun = 5552;  // the most bytes whose sums stay under 2³²
  std::uint32_t a = 1, b = 0;
  while (!bytes.empty()) {
    const Bytes run = bytes.first(std::min(bytes.size(), kRun));
    for (const std::uint8_t byte : run) b += a += byte;
    a %= kBase, b %= kBase;
    bytes = bytes.subspan(run.size());
  }
  return b << 16 | a;
}

struct Chunk {
  std::string_view type;  // four letters
  Bytes data;
  std::size_t end = 0;  // where the next one begins
};

Result<Chunk> ReadChunk(Bytes file, std::size_t at) {
  if (file.size() - at < kChunkExtra) return Corrupt("it ends before its IEND chunk");
  const std::size_t length = BigEndian32(file, at);
  const std::string_view type(reinterpret_cast<const char*>(file.data()) + at + 4, 4);
  for (const char letter : type) {
    const bool is_letter = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    if (!is_letter) return Corrupt("no chunk begins at byte " + std::to_string(at));
  }
  if (length > file.size() - at - kChunkExtra) {
    return Corrupt("its " + std::string(type) + " chunk says " + std::to_string(length) +
                   " bytes, and " + std::to_string(file.size() - at - kChunkExtra) + " are left");
  }
  if (Crc32(file.subspan(at + 4, 4 + length)) != BigEndian32(file, at + 8 + length)) {
    return Corrupt("the checksum of its " + std::string(type) + " chunk is wrong");
  }
  return Chunk{type, file.subspan(at + 8, length), at + kChunkExtra + length};
}

Result<PngLayout> ReadLayout(Bytes header) {
  PngLayout layout{static_cast<int>(BigEndian32(header, 0)),
                   static_cast<int>(BigEndian32(header, 4)), header[8],
                   static_cast<PngColour>(header[9]), header[12] == 1};
  const int depth = layout.depth;
  const bool few_bits = depth == 1 || depth == 2 || depth == 4;
  const bool palette_depth = few_bits || depth == 8, rgb_depth = depth == 8 || depth == 16;
  bool known = false;
  switch (layout.colour) {
    case PngColour::kGrey: known = few_bits || rgb_depth; break;
    case PngColour::kPalette: known = palette_depth; break;
    case PngColour::kRgb:
    case PngColour::kGreyAlpha:
    case PngColour::kRgba: known = rgb_depth; break;
  }
  if (!known) {
    return Corrupt("colour type " + std::to_string(header[9]) + " with " + std::to_string(depth) +
                   " bits is none of PNG's");
  }
  if (header[10] != 0 || header[11] != 0 || header[12] > 1) {
    return Corrupt("its compression, filter or interlace method is none of PNG's");
  }
  return layout;
}

// The file taken apart: everything that the pixels depend on.
struct Contents {
  PngLayout layout;
  PngColours colours;
  std::vector<Bytes> data;  // of the IDAT chunks
};

Status ReadTransparency(Bytes data, Contents& contents) {
  PngColours& colours = contents.colours;
  switch (contents.layout.colour) {
    case PngColour::kPalette:
      if (data.size() > colours.palette.size() / 3) {
        return Corrupt("its tRNS chunk is longer than its palette");
      }
      colours.palette_alpha = data;
      return Ok();
    case PngColour::kGrey:
    case PngColour::kRgb: {
      const std::size_t samples = contents.layout.colour == PngColour::kGrey ? 1 : 3;
      if (data.size() != 2 * samples) return Corrupt("its tRNS chunk has a wrong length");
      colours.transparent.emplace();
      for (std::size_t i = 0; i < samples; ++i) {
        (*colours.transparent)[i] = BigEndian16(data, 2 * i);
      }
      return Ok();
    }
    case PngColour::kGreyAlpha:
    case PngColour::kRgba: break;
  }
  return Corrupt("it has alpha and a tRNS chunk");
}

Result<Contents> ReadContents(Bytes file) {
  ECHOLENS_ASSIGN(const Chunk header, ReadChunk(file, kSignatureSize));
  Contents contents;
  ECHOLENS_ASSIGN(contents.layout, ReadLayout(header.data));
  bool data_ended = false, transparency = false;
  for (std::size_t at = header.end;;) {
    ECHOLENS_ASSIGN(const Chunk chunk, ReadChunk(file, at));
    at = chunk.end;
    const bool is_data = chunk.type == "IDAT";
    if (!is_data && !contents.data.empty()) data_ended = true;
    if (is_data) {
      if (data_ended) return Corrupt("other chunks stand between its IDAT chunks");
      contents.data.push_back(chunk.data);
    } else if (chunk.type == "PLTE") {
      const std::size_t size = chunk.data.size();
      if (!contents.data.empty() || !contents.colours.palette.empty() || size == 0 ||
          size % 3 != 0 || size > 256 * 3) {
        return Corrupt("its PLTE chunk is out of place or has a wrong length");
      }
      contents.colours.palette = chunk.data;
    } else if (chunk.type == "tRNS") {
      if (!contents.data.empty() || transparency) return Corrupt("its tRNS chunk is out of place");
      transparency = true;
      ECHOLENS_CHECK(ReadTransparency(chunk.data, contents));
    } else if (chunk.type == "IEND") {
      break;
    } else if (chunk.type == "IHDR") {
      return Corrupt("it has two IHDR chunks");
    } else if (chunk.type[0] >= 'A' && chunk.type[0] <= 'Z') {
      return Error{ErrorCode::kImageUnsupported, "the PNG file has a critical chunk '" +
                                                     std::string(chunk.type) +
                                                     "' of no known kind: export it anew"};
    }
  }
  if (contents.data.empty()) return Corrupt("it has no IDAT chunk");
  if (contents.layout.colour == PngColour::kPalette && contents.colours.palette.empty()) {
    return Corrupt("it has no palette");
  }
  return contents;
}

// The IDAT chunks as one: in place when there is one, else a copy in `joined`.
Result<Bytes> JoinData(const std::vector<Bytes>& parts, std::vector<std::uint8_t>& joined) {
  if (parts.size() == 1) return parts[0];
  std::uint64_t size = 0;
  for (const Bytes part : parts) size += part.size();
  ECHOLENS_ASSIGN(joined, Allocate<std::uint8_t>(size));
  auto end = joined.begin();
  for (const Bytes part : parts) end = std::ranges::copy(part, end).out;
  return Bytes(joined);
}

// The filtered rows of all passes.
Result<std::vector<std::uint8_t>> InflateRows(const Contents& contents) {
  const std::uint64_t size = PngRowBytes(contents.layout);
  if (size > INT_MAX) {
    return Error{ErrorCode::kImageTooLarge, "the PNG file unpacks to " + std::to_string(size) +
                                                " bytes, expected at most " +
                                                std::to_string(INT_MAX)};
  }
  std::vector<std::uint8_t> joined;
  ECHOLENS_ASSIGN(const Bytes packed, JoinData(contents.data, joined));
  ECHOLENS_ASSIGN(std::vector<std::uint8_t> rows, Allocate<std::uint8_t>(size));
  if (!Inflate(packed, rows)) {
    return Corrupt("its data do not unpack to " + std::to_string(contents.layout.width) + "×" +
                   std::to_string(contents.layout.height) + " pixels");
  }
  if (packed.size() < 4 || Adler32(rows) != BigEndian32(packed, packed.size() - 4)) {
    return Corrupt("the checksum of its unpacked data is wrong");
  }
  return rows;
}

// `largest`: sample of 16 bits, 0 where there is none.
Status CheckBrightness(int largest) {
  if (largest == 0 || largest >= kBrightest) return Ok();
  return Error{ErrorCode::kImageUnsupported,
               "the PNG file has 16 bits a sample, and the largest is " + std::to_string(largest) +
                   " of 65535: it would be read as nearly black. Export it with 8 bits, or with "
                   "its greys spread over all 16"};
}

}  // namespace

Result<ImageHeader> ReadPngHeader(Bytes file) {
  if (HasText(file, kSignatureSize + 4, "CgBI")) {
    return Error{ErrorCode::kImageUnsupported,
                 "the file is a PNG made for an Apple program (CgBI), which echolens does not "
                 "read: export the picture as PNG"};
  }
  if (file.size() < kSignatureSize + kChunkExtra + kHeaderDataSize) {
    return Corrupt("it ends within its header");
  }
  if (BigEndian32(file, kSignatureSize) != kHeaderDataSize ||
      !HasText(file, kSignatureSize + 4, "IHDR")) {
    return Corrupt("it does not begin with an IHDR chunk of 13 bytes");
  }
  const std::uint32_t width = BigEndian32(file, kSignatureSize + 8);
  const std::uint32_t height = BigEndian32(file, kSignatureSize + 12);
  if (width > INT_MAX || height > INT_MAX) {
    return Corrupt("a side is longer than PNG allows");
  }
  return ImageHeader{ImageFormat::kPng, static_cast<int>(width), static_cast<int>(height)};
}

Result<DecodedImage> DecodePng(Bytes file, const ImageHeader& header) {
  ECHOLENS_ASSIGN(const Contents contents, ReadContents(file));
  ECHOLENS_ASSIGN(std::vector<std::uint8_t> rows, InflateRows(contents));
  ECHOLENS_ASSIGN(DecodedImage image, BlankImage(header));
  const PngGreys greys = GreyFromPngRows(contents.layout, contents.colours, rows, image);
  if (!greys.problem.empty()) return Corrupt(greys.problem);
  ECHOLENS_CHECK(CheckBrightness(greys.largest));
  return image;
}

bool AnimatedPng(Bytes file) {
  for (std::size_t at = kSignatureSize;;) {
    const Result<Chunk> chunk = ReadChunk(file, at);
    if (!chunk.ok() || chunk->type == "IDAT") return false;
    if (chunk->type == "acTL") return chunk->data.size() >= 4 && BigEndian32(chunk->data, 0) > 1;
    at = chunk->end;
  }
}

}  // namespace echolens

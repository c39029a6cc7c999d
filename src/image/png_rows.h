// From the unpacked data of a PNG to grey pixels: filters, interlacing, samples.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "image/bytes.h"
#include "image/decode.h"

namespace echolens {

enum class PngColour : std::uint8_t {  // the file's numbers
  kGrey = 0,
  kRgb = 2,
  kPalette = 3,
  kGreyAlpha = 4,
  kRgba = 6,
};

// What the header chunk says; its combination of colour and depth is one of PNG's.
struct PngLayout {
  int width = 0;
  int height = 0;
  int depth = 8;  // bits a sample: 1, 2, 4, 8, 16
  PngColour colour = PngColour::kGrey;
  bool interlaced = false;
};

struct PngColours {
  Bytes palette;                                  // red, green, blue of each entry
  Bytes palette_alpha;                            // of the first entries; the rest are opaque
  std::optional<std::array<int, 3>> transparent;  // the one grey value or colour of alpha 0
};

// Bytes of the unpacked data: of each pass, rows of a filter byte and packed samples.
std::uint64_t PngRowBytes(const PngLayout& layout);

struct PngGreys {
  std::string problem;  // with the data; empty where there is none
  int largest = 0;      // sample of 16 bits, alpha left out; 0 where samples have fewer
};

// Undoes the filters in `rows`, of PngRowBytes, and fills `image`, of the layout's size and black
// so far.
PngGreys GreyFromPngRows(const PngLayout& layout, const PngColours& colours,
                         std::span<std::uint8_t> rows, DecodedImage& image);

}  // namespace echolens

#include "image/png_rows.h"

#include <algorithm>
#include <cstdlib>

#include "image/grey.h"

namespace echolens {
namespace {

// Where a pass's pixels lie in the picture.
struct Pass {
  int x, y, x_step, y_step;
};
constexpr Pass kWhole[] = {{0, 0, 1, 1}};
constexpr Pass kAdam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                           {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

std::span<const Pass> Passes(const PngLayout& layout) {
  return layout.interlaced ? std::span<const Pass>(kAdam7) : std::span<const Pass>(kWhole);
}

int PassWidth(const PngLayout& layout, const Pass& pass) {
  return (layout.width - pass.x + pass.x_step - 1) / pass.x_step;
}
int PassHeight(const PngLayout& layout, const Pass& pass) {
  return (layout.height - pass.y + pass.y_step - 1) / pass.y_step;
}

int Channels(PngColour colour) {
  switch (colour) {
    case PngColour::kGrey:
    case PngColour::kPalette: return 1;
    case PngColour::kGreyAlpha: return 2;
    case PngColour::kRgb: return 3;
    case PngColour::kRgba: return 4;
  }
  return 1;
}

// Without the filter byte.
std::size_t BytesOfRow(const PngLayout& layout, int width) {
  const int bits = Channels(layout.colour) * layout.depth;
  return static_cast<std::size_t>((std::int64_t{width} * bits + 7) / 8);
}

// PNG specification, 9.4.
int Paeth(int left, int above, int above_left) {
  const int estimate = left + above - above_left;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_above_left = std::abs(estimate - above_left);
  if (to_left <= to_above && to_left <= to_above_left) return left;
  return to_above <= to_above_left ? above : above_left;
}

// Undoes one row's filter; `above` is the row before it, empty for the first of a pass. False for
// a filter of no known number.
bool Unfilter(int filter, std::span<std::uint8_t> row, Bytes above, std::size_t pixel_bytes) {
  if (filter > 4) return false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int left = i >= pixel_bytes ? row[i - pixel_bytes] : 0;
    const int up = above.empty() ? 0 : above[i];
    const int up_left = above.empty() || i < pixel_bytes ? 0 : above[i - pixel_bytes];
    int prediction = 0;
    switch (filter) {
      case 1: prediction = left; break;
      case 2: prediction = up; break;
      case 3: prediction = (left + up) / 2; break;
      case 4: prediction = Paeth(left, up, up_left); break;
      default: break;
    }
    row[i] = static_cast<std::uint8_t>(row[i] + prediction);
  }
  return true;
}

// Turns unfiltered rows into grey pixels.
class RowReader {
 public:
  RowReader(const PngLayout& layout, const PngColours& colours)
      : layout_(layout), channels_(Channels(layout.colour)), transparent_(colours.transparent) {
    if (layout.colour != PngColour::kPalette) return;
    entries_ = static_cast<int>(colours.palette.size() / 3);
    for (std::size_t i = 0; i < colours.palette.size() / 3; ++i) {
      const std::uint8_t* rgb = colours.palette.data() + 3 * i;
      const std::uint8_t alpha =
          i < colours.palette_alpha.size() ? colours.palette_alpha[i] : std::uint8_t{255};
      const std::uint8_t pixel[] = {rgb[0], rgb[1], rgb[2], alpha};
      palette_[i] = ShadeOf(pixel, 4);
    }
  }

  // Fills the image's pixels from `at` on, `step` apart. False for an entry that the palette does
  // not have.
  bool Read(Bytes row, int width, DecodedImage& image, std::size_t at, std::size_t step) {
    for (int x = 0; x < width; ++x, at += step) {
      int samples[4];
      for (int c = 0; c < channels_; ++c) samples[c] = Sample(row, x * channels_ + c);
      if (layout_.depth == 16)
        largest_ = std::max(largest_, *std::max_element(samples, samples + ColourChannels()));
      Shade shade;  // black where transparent
      if (layout_.colour == PngColour::kPalette) {
        if (samples[0] >= entries_) return false;
        shade = palette_[static_cast<std::size_t>(samples[0])];
      } else if (!IsTransparent(samples)) {
        std::uint8_t pixel[4];
        for (int c = 0; c < channels_; ++c) pixel[c] = EightBits(samples[c]);
        shade = ShadeOf(pixel, channels_);
      }
      image.grey.pixels[at] = shade.grey;
      image.coloured[at] = shade.coloured;
    }
    return true;
  }

  int largest() const { return largest_; }

 private:
  // Alpha is the second of two channels and the fourth of four.
  int ColourChannels() const { return channels_ - (channels_ % 2 == 0); }

  int Sample(Bytes row, int index) const {
    const auto i = static_cast<std::size_t>(index);
    if (layout_.depth == 8) return row[i];
    if (layout_.depth == 16) return BigEndian16(row, 2 * i);
    const std::size_t bit = i * static_cast<std::size_t>(layout_.depth);
    const int shift = 8 - layout_.depth - static_cast<int>(bit % 8);
    return row[bit / 8] >> shift & ((1 << layout_.depth) - 1);
  }

  std::uint8_t EightBits(int sample) const {
    if (layout_.depth == 16) return static_cast<std::uint8_t>(sample >> 8);
    return static_cast<std::uint8_t>(sample * 255 / ((1 << layout_.depth) - 1));
  }

  bool IsTransparent(const int* samples) const {
    return transparent_ && std::equal(samples, samples + channels_, transparent_->begin());
  }

  const PngLayout& layout_;
  int channels_;
  const std::optional<std::array<int, 3>>& transparent_;
  int entries_ = 0;
  int largest_ = 0;
  std::array<Shade, 256> palette_{};
};

}  // namespace

std::uint64_t PngRowBytes(const PngLayout& layout) {
  std::uint64_t bytes = 0;
  for (const Pass& pass : Passes(layout)) {
    const int width = PassWidth(layout, pass), height = PassHeight(layout, pass);
    if (width > 0 && height > 0) bytes += std::uint64_t(height) * (1 + BytesOfRow(layout, width));
  }
  return bytes;
}

PngGreys GreyFromPngRows(const PngLayout& layout, const PngColours& colours,
                         std::span<std::uint8_t> rows, DecodedImage& image) {
  RowReader reader(layout, colours);
  const auto pixel_bytes =
      static_cast<std::size_t>(std::max(Channels(layout.colour) * layout.depth / 8, 1));
  for (const Pass& pass : Passes(layout)) {
    const int width = PassWidth(layout, pass), height = PassHeight(layout, pass);
    if (width <= 0) continue;
    const std::size_t row_bytes = BytesOfRow(layout, width);
    Bytes above;
    for (int y = 0; y < height; ++y) {
      const std::span<std::uint8_t> row = rows.subspan(1, row_bytes);
      if (!Unfilter(rows[0], row, above, pixel_bytes)) {
        return {"a row's filter is " + std::to_string(rows[0]) + ", expected 0 to 4"};
      }
      const auto start = (std::size_t(pass.y) + std::size_t(y) * std::size_t(pass.y_step)) *
                             std::size_t(layout.width) +
                         std::size_t(pass.x);
      if (!reader.Read(row, width, image, start, std::size_t(pass.x_step))) {
        return {"a pixel's colour is not in the palette"};
      }
      above = row;
      rows = rows.subspan(1 + row_bytes);
    }
  }
  return {"", reader.largest()};
}

}  // namespace echolens

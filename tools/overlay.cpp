#include "overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "image/resize.h"
#include "model/graph.h"
#include "reading/viridis.h"

namespace echolens::tools {
namespace {

constexpr int kShortest = 512, kLongest = 2048;  // of the drawn picture's longer side
constexpr double kOpacity = 0.65;                // of the highest value

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kBlack{0, 0, 0}, kWhite{255, 255, 255};

// 3 × 5 dots a glyph, a row in three bits.
struct Glyph {
  char character;
  std::array<std::uint8_t, 5> rows;
};
constexpr Glyph kGlyphs[] = {
    {'0', {7, 5, 5, 5, 7}}, {'1', {2, 6, 2, 2, 7}}, {'2', {7, 1, 7, 4, 7}}, {'3', {7, 1, 7, 1, 7}},
    {'4', {5, 5, 7, 1, 1}}, {'5', {7, 4, 7, 1, 7}}, {'6', {7, 4, 7, 5, 7}}, {'7', {7, 1, 1, 2, 2}},
    {'8', {7, 5, 7, 5, 7}}, {'9', {7, 5, 7, 1, 7}}, {'.', {0, 0, 0, 0, 2}},
};
constexpr int kGlyphWidth = 3, kGlyphHeight = 5;

class Canvas {
 public:
  Canvas(int width, int height)
      : overlay_{width, height, std::vector<std::uint8_t>(Index(0, height, width) * 3)} {}

  // `share` of the colour, the rest of what is there. Beyond the edges nothing happens.
  void Blend(int x, int y, const Colour& colour, double share) {
    if (x < 0 || y < 0 || x >= overlay_.width || y >= overlay_.height) return;
    std::uint8_t* const pixel = overlay_.pixels.data() + Index(x, y, overlay_.width) * 3;
    for (std::size_t c = 0; c < 3; ++c) {
      pixel[c] = static_cast<std::uint8_t>(std::lround(pixel[c] + share * (colour[c] - pixel[c])));
    }
  }

  void Fill(int x, int y, int width, int height, const Colour& colour) {
    for (int row = y; row < y + height; ++row) {
      for (int column = x; column < x + width; ++column) Blend(column, row, colour, 1);
    }
  }

  void Text(std::string_view text, int x, int y, int dot) {
    for (const char character : text) {
      const auto* const glyph = std::ranges::find(kGlyphs, character, &Glyph::character);
      if (glyph != std::end(kGlyphs)) Draw(*glyph, x, y, dot);
      x += (kGlyphWidth + 1) * dot;
    }
  }

  Overlay Take() { return std::move(overlay_); }

 private:
  static std::size_t Index(int x, int y, int width) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  }

  void Draw(const Glyph& glyph, int x, int y, int dot) {
    for (int row = 0; row < kGlyphHeight; ++row) {
      for (int column = 0; column < kGlyphWidth; ++column) {
        const int bit = glyph.rows[static_cast<std::size_t>(row)] >> (kGlyphWidth - 1 - column) & 1;
        if (bit != 0) Fill(x + column * dot, y + row * dot, dot, dot, kWhite);
      }
    }
  }

  Overlay overlay_;
};

// The colour of a share of the range, 0 … 1.
Colour ColourOf(double share) {
  const auto i = 3 * static_cast<std::size_t>(std::lround(share * 255));
  return {kViridis[i], kViridis[i + 1], kViridis[i + 2]};
}

double ShareOf(double value, const ColourRange& range) {
  if (range.high <= range.low) return 0;
  return std::clamp((value - range.low) / (range.high - range.low), 0.0, 1.0);
}

void DrawMap(Canvas& canvas, const GreyImage& drawn, const Map& map, const ColourRange& range) {
  const std::vector<float> values = Sampled(map, drawn.width, drawn.height);
  std::size_t i = 0;
  for (int y = 0; y < drawn.height; ++y) {
    for (int x = 0; x < drawn.width; ++x, ++i) {
      const std::uint8_t grey = drawn.pixels[i];
      canvas.Blend(x, y, {grey, grey, grey}, 1);
      const double share = ShareOf(values[i], range);
      canvas.Blend(x, y, ColourOf(share), kOpacity * share);
    }
  }
}

double Distance(const Point& p, const Point& a, const Point& b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double along =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(a.x + along * dx - p.x, a.y + along * dy - p.y);
}

// A white line `width` pixels wide with a dark hem, which is seen on light and dark ground.
void DrawRing(Canvas& canvas, const GreyImage& drawn, const Ring& ring, double width) {
  const double hem = width / 2 + std::max(1.0, width / 3);
  const int reach = static_cast<int>(std::ceil(hem)) + 1;
  std::vector<float> distances(drawn.pixels.size(), std::numeric_limits<float>::max());
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
    const auto pixels = [&](double from, double to, int size) {
      return std::pair(std::max(static_cast<int>(std::min(from, to)) - reach, 0),
                       std::min(static_cast<int>(std::max(from, to)) + reach, size - 1));
    };
    const auto [left, right] = pixels(a.x, b.x, drawn.width);
    const auto [top, bottom] = pixels(a.y, b.y, drawn.height);
    for (int y = top; y <= bottom; ++y) {
      float* const row =
          distances.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(drawn.width);
      for (int x = left; x <= right; ++x) {
        row[x] = std::min(row[x], static_cast<float>(Distance({x + 0.5, y + 0.5}, a, b)));
      }
    }
  }
  std::size_t i = 0;
  for (int y = 0; y < drawn.height; ++y) {
    for (int x = 0; x < drawn.width; ++x, ++i) {
      const double distance = distances[i];
      if (distance > reach) continue;
      canvas.Blend(x, y, kBlack, 0.7 * std::clamp(hem + 0.5 - distance, 0.0, 1.0));
      canvas.Blend(x, y, kWhite, std::clamp(width / 2 + 0.5 - distance, 0.0, 1.0));
    }
  }
}

// Two digits that count, at most four behind the point.
std::string Number(double value) {
  const double size = std::floor(std::log10(std::max(std::abs(value), 1e-9)));
  const double unit = std::pow(10, std::clamp(1 - size, 0.0, 4.0));
  return NumberText(std::round(value * unit) / unit);
}

// Beside the picture: the highest value's number, the colours, the lowest value's number.
struct Bar {
  int dot, margin, width, height;  // of the whole strip

  explicit Bar(int picture_height)
      : dot(std::clamp(picture_height / 160, 2, 6)),
        margin(3 * dot),
        width(2 * margin + 6 * (kGlyphWidth + 1) * dot),
        height(std::max(picture_height, 24 * kGlyphHeight * dot / 2)) {}

  void Draw(Canvas& canvas, int left, const ColourRange& range) const {
    const int x = left + margin, line = kGlyphHeight * dot + margin;
    const int first = margin + line, last = height - margin - line;
    canvas.Text(Number(range.high), x, margin, dot);
    canvas.Text(Number(range.low), x, last + margin, dot);
    for (int y = first; y < last; ++y) {
      const double share = 1 - static_cast<double>(y - first) / std::max(last - first - 1, 1);
      canvas.Fill(x, y, 4 * (kGlyphWidth + 1) * dot - dot, 1, ColourOf(share));
    }
  }
};

}  // namespace

ColourRange RangeFromZero(const Map& map) {
  // Four samples a cell see the centres, near enough, and nothing beside the region.
  const std::vector<float> values = Sampled(map, 4 * map.width, 4 * map.height);
  return {0, std::max<double>(std::ranges::max(values), 0)};
}

Result<Overlay> DrawOverlay(const GreyImage& picture, const Map& map, const ColourRange& range,
                            const std::vector<Ring>& outline) {
  const int longer = std::max({picture.width, picture.height, 1});
  const double scale = static_cast<double>(std::clamp(longer, kShortest, kLongest)) / longer;
  const auto scaled = [&](int side) {
    return side < 1 ? side : std::max(static_cast<int>(std::lround(side * scale)), 1);
  };
  ECHOLENS_ASSIGN(const GreyImage drawn,
                  Resize(picture, scaled(picture.width), scaled(picture.height)));

  const Bar bar(drawn.height);
  Canvas canvas(drawn.width + bar.width, bar.height);
  DrawMap(canvas, drawn, map, range);
  for (Ring ring : outline) {
    for (Point& point : ring) {
      point = {(point.x - map.geometry.region.x) * drawn.width / picture.width,
               (point.y - map.geometry.region.y) * drawn.height / picture.height};
    }
    DrawRing(canvas, drawn, ring, std::max(drawn.width, drawn.height) / 350.0);
  }
  bar.Draw(canvas, drawn.width, range);
  return canvas.Take();
}

}  // namespace echolens::tools

#include "image/panels.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace echolens {
namespace {

// Measured on the 2,075 development images of BUSI and BUS-BRA, of which 2 are taken for panels,
// and on 80 made-up pairs of them with gutters of 8 to 60 pixels, of which all are
// (model/gate/measure.py).

// How far a pixel may lie from the mean of its line in a gutter: the ringing of JPEG.
constexpr int kFlat = 8;
// A line is empty where this share of its pixels or less is not flat.
constexpr double kEmpty = 0.01;
// Lines that a gutter has: this many, and this share of all.
constexpr int kGutterLines = 6;
constexpr double kGutterShare = 1 / 200.0;
// A panel has this share of all lines, and of its pixels this share is not flat: no scale.
constexpr double kPanelShare = 0.2;
constexpr double kPanelTexture = 0.3;

// The share of pixels of each column that are not flat.
std::vector<double> ColumnTexture(const GreyImage& picture) {
  const auto width = static_cast<std::size_t>(picture.width);
  std::vector<int> sums(width), rough(width);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) sums[i % width] += picture.pixels[i];
  for (int& sum : sums) sum = (sum + picture.height / 2) / picture.height;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    rough[i % width] += std::abs(picture.pixels[i] - sums[i % width]) > kFlat;
  }
  std::vector<double> texture;
  for (const int count : rough) texture.push_back(static_cast<double>(count) / picture.height);
  return texture;
}

std::vector<double> RowTexture(const GreyImage& picture) {
  std::vector<double> texture;
  for (auto row = picture.pixels.begin(); row != picture.pixels.end(); row += picture.width) {
    const auto end = row + picture.width;
    int sum = picture.width / 2, rough = 0;
    for (auto pixel = row; pixel != end; ++pixel) sum += *pixel;
    for (auto pixel = row; pixel != end; ++pixel) {
      rough += std::abs(*pixel - sum / picture.width) > kFlat;
    }
    texture.push_back(static_cast<double>(rough) / picture.width);
  }
  return texture;
}

// Of the lines between two gutters.
bool IsPanel(const std::vector<double>& texture, std::size_t from, std::size_t to) {
  const auto lines = static_cast<double>(to - from);
  if (lines < kPanelShare * static_cast<double>(texture.size())) return false;
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += texture[i];
  return sum >= kPanelTexture * lines;
}

int CountAlong(const std::vector<double>& texture) {
  const std::size_t count = texture.size();
  const std::size_t gutter = std::max<std::size_t>(
      kGutterLines, static_cast<std::size_t>(kGutterShare * static_cast<double>(count)));
  int panels = 0;
  std::size_t from = 0, empty = 0;  // where the part began; empty lines at its end so far
  for (std::size_t i = 0; i < count; ++i) {
    empty = texture[i] <= kEmpty ? empty + 1 : 0;
    if (empty < gutter) continue;
    if (empty == gutter) panels += IsPanel(texture, from, i + 1 - empty);
    from = i + 1;
  }
  return panels + IsPanel(texture, from, count);
}

}  // namespace

int CountPanels(const GreyImage& picture) {
  return std::max(CountAlong(ColumnTexture(picture)), CountAlong(RowTexture(picture)));
}

}  // namespace echolens

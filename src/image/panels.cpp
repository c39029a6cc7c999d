#include "image/panels.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>
#include <vector>

#include "image/seam.h"

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

// Of the lines between two gutters, which seams part further.
int PanelsBetween(const std::vector<double>& texture, const std::vector<int>& seams,
                  std::size_t from, std::size_t to) {
  int panels = IsPanel(texture, from, to);
  for (const int at : seams) {
    const auto seam = static_cast<std::size_t>(at);
    if (seam <= from || seam >= to) continue;
    if (!IsPanel(texture, from, seam) || !IsPanel(texture, seam, to)) continue;
    ++panels;
    from = seam;
  }
  return panels;
}

int CountAlong(const std::vector<double>& texture, const std::vector<int>& seams) {
  const std::size_t count = texture.size();
  const std::size_t gutter = std::max<std::size_t>(
      kGutterLines, static_cast<std::size_t>(kGutterShare * static_cast<double>(count)));
  int panels = 0;
  std::size_t from = 0, empty = 0;  // where the part began; empty lines at its end so far
  for (std::size_t i = 0; i < count; ++i) {
    empty = texture[i] <= kEmpty ? empty + 1 : 0;
    if (empty < gutter) continue;
    if (empty == gutter) panels += PanelsBetween(texture, seams, from, i + 1 - empty);
    from = i + 1;
  }
  return panels + PanelsBetween(texture, seams, from, count);
}

// The first line that is not empty, and how many there are from it to the last.
std::pair<int, int> Extent(const std::vector<double>& texture) {
  const auto full = [](double rough) { return rough > kEmpty; };
  const auto first = std::ranges::find_if(texture, full);
  const auto last = std::find_if(texture.rbegin(), std::make_reverse_iterator(first), full).base();
  return {static_cast<int>(first - texture.begin()), static_cast<int>(last - first)};
}

}  // namespace

int CountPanels(const GreyImage& picture) {
  const std::vector<double> columns = ColumnTexture(picture), rows = RowTexture(picture);
  const auto [x, width] = Extent(columns);
  const auto [y, height] = Extent(rows);
  const Region content{x, y, width, height};
  return std::max(CountAlong(columns, ColumnSeams(picture, content)),
                  CountAlong(rows, RowSeams(picture, content)));
}

}  // namespace echolens

#include "image/seam.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace echolens {
namespace {

// Steps on each side of one that it is compared with.
constexpr std::size_t kBeside = 3;
// Steps that differ by no more grey values count as equal: noise, the ringing of JPEG.
constexpr int kEqual = 2;
// A seam runs through all bands that the picture is cut into across it, save one: where both
// pictures are black, or writing lies over it.
constexpr std::size_t kBands = 8;
// More of them than a few pictures have tell of one that was enlarged pixel by pixel, or is
// striped.
constexpr std::size_t kMostSeams = 12;
// More lines than that are thinned out: they tell nothing new.
constexpr std::size_t kMostLines = 1024;

// `reach`: pixels over which a step is taken. Ultrasound is finer in depth than across the beams,
// whose columns are interpolated besides. `seam`: the score of one. Tissue lies in layers, so rows
// need more. Chosen on half of the development images and on pairs made of them; what they refuse
// of the rest and of other pairs: model/gate/README.md.
struct Kind {
  std::size_t reach;
  double seam;
};
constexpr Kind kColumns = {2, 0.36}, kRows = {1, 0.42};

// Where pixel `place` of line `line` lies.
struct Lines {
  const std::uint8_t* first;
  std::size_t count, length;
  std::size_t next_line, next_place;
};

// Adds to each place how many of the steps beside it are smaller, less those that are larger.
void Compare(const std::vector<std::uint8_t>& steps, std::size_t reach,
             std::vector<std::int16_t>& sums) {
  const std::size_t margin = kBeside * reach;
  for (std::size_t apart = reach; apart <= margin; apart += reach) {
    for (std::size_t i = margin; i + margin < steps.size(); ++i) {
      const int step = steps[i], before = steps[i - apart], after = steps[i + apart];
      const int larger = (step > before + kEqual) - (step + kEqual < before) +
                         (step > after + kEqual) - (step + kEqual < after);
      sums[i] = static_cast<std::int16_t>(sums[i] + larger);  // at most 6 a line
    }
  }
}

// -1 … 1 for each step along the lines: how surely it is larger than those beside it, on average
// and in the least band but one.
std::vector<double> Scores(const Lines& lines, std::size_t reach) {
  const std::size_t steps_count = lines.length - reach;
  const std::size_t thinned = (lines.count + kMostLines - 1) / kMostLines;
  const std::size_t used = lines.count / thinned;
  std::vector<std::uint8_t> steps(steps_count);
  std::vector<std::array<double, kBands>> bands(steps_count);
  for (std::size_t band = 0; band < kBands; ++band) {
    const std::size_t from = band * used / kBands, to = (band + 1) * used / kBands;
    std::vector<std::int16_t> sums(steps_count);
    for (std::size_t line = from; line < to; ++line) {
      const std::uint8_t* pixel = lines.first + line * thinned * lines.next_line;
      for (std::uint8_t& step : steps) {
        step = static_cast<std::uint8_t>(std::abs(pixel[reach * lines.next_place] - *pixel));
        pixel += lines.next_place;
      }
      Compare(steps, reach, sums);
    }
    const double most = 2.0 * kBeside * static_cast<double>(to - from);
    for (std::size_t i = 0; i < steps_count; ++i) bands[i][band] = sums[i] / most;
  }
  std::vector<double> scores;
  for (std::array<double, kBands>& of : bands) {
    double mean = 0;
    for (const double score : of) mean += score / kBands;
    std::ranges::nth_element(of, of.begin() + 1);
    scores.push_back((mean + of[1]) / 2);
  }
  return scores;
}

// Places at which a seam is, counted from the first.
std::vector<int> Seams(const Lines& lines, const Kind& kind) {
  std::vector<int> seams;
  if (lines.count < kBands || lines.length <= (2 * kBeside + 1) * kind.reach) return seams;
  const std::vector<double> scores = Scores(lines, kind.reach);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] >= kind.seam) seams.push_back(static_cast<int>(i + (kind.reach + 1) / 2));
  }
  if (seams.size() > kMostSeams) seams.clear();
  return seams;
}

Lines RowsOf(const GreyImage& picture, const Region& content) {
  const auto row = static_cast<std::size_t>(picture.width);
  const std::uint8_t* first = picture.pixels.data() + static_cast<std::size_t>(content.y) * row +
                              static_cast<std::size_t>(content.x);
  return {first, static_cast<std::size_t>(content.height), static_cast<std::size_t>(content.width),
          row, 1};
}

Lines Turned(const Lines& lines) {
  return {lines.first, lines.length, lines.count, lines.next_place, lines.next_line};
}

std::vector<int> Moved(std::vector<int> seams, int by) {
  for (int& seam : seams) seam += by;
  return seams;
}

}  // namespace

std::vector<int> ColumnSeams(const GreyImage& picture, const Region& content) {
  if (content.width == 0 || content.height == 0) return {};
  return Moved(Seams(RowsOf(picture, content), kColumns), content.x);
}

std::vector<int> RowSeams(const GreyImage& picture, const Region& content) {
  if (content.width == 0 || content.height == 0) return {};
  return Moved(Seams(Turned(RowsOf(picture, content)), kRows), content.y);
}

}  // namespace echolens

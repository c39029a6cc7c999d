#include "evaluation/localisation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <utility>

namespace echolens {
namespace {

constexpr std::uint8_t kLesionPixel = 128;

bool InMask(const GreyImage& mask, double x, double y) {
  const int column = std::clamp(static_cast<int>(x), 0, mask.width - 1);
  const int row = std::clamp(static_cast<int>(y), 0, mask.height - 1);
  return mask.pixels[static_cast<std::size_t>(row) * static_cast<std::size_t>(mask.width) +
                     static_cast<std::size_t>(column)] >= kLesionPixel;
}

std::size_t Area(const GreyImage& mask) {
  return static_cast<std::size_t>(
      std::ranges::count_if(mask.pixels, [](std::uint8_t pixel) { return pixel >= kLesionPixel; }));
}

Point Centre(const Map& map, std::size_t cell) {
  const auto width = static_cast<std::size_t>(map.width);
  return {map.geometry.PictureX(static_cast<double>(cell % width) + 0.5),
          map.geometry.PictureY(static_cast<double>(cell / width) + 0.5)};
}

// The cells whose centre lies in the region, in order.
std::vector<std::size_t> Analysed(const Map& map) {
  const Region& region = map.geometry.region;
  std::vector<std::size_t> cells;
  for (std::size_t cell = 0; cell < map.values.size(); ++cell) {
    const auto [x, y] = Centre(map, cell);
    const bool inside = x >= region.x && x < region.x + region.width && y >= region.y &&
                        y < region.y + region.height;
    if (inside) cells.push_back(cell);
  }
  return cells;
}

// Where the line at this height enters and leaves the rings, from left to right.
std::vector<double> Crossings(const std::vector<Ring>& rings, double y) {
  std::vector<double> xs;
  for (const Ring& ring : rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
      if ((a.y > y) == (b.y > y)) continue;
      xs.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    }
  }
  std::ranges::sort(xs);
  return xs;
}

GreyImage WithoutCells(const GreyImage& picture, const Map& map,
                       std::span<const std::size_t> cells) {
  const auto sum = std::accumulate(picture.pixels.begin(), picture.pixels.end(), std::uint64_t{0});
  const std::uint64_t count = picture.pixels.size();
  const auto grey = static_cast<std::uint8_t>((sum + count / 2) / count);
  GreyImage covered = picture;
  const auto pixel = [](double place, int size) {
    return std::clamp(static_cast<int>(std::lround(place)), 0, size);
  };
  for (const std::size_t cell : cells) {
    const auto [x, y] = Centre(map, cell);
    const double half_x = map.geometry.step_x / 2, half_y = map.geometry.step_y / 2;
    const int left = pixel(x - half_x, picture.width), right = pixel(x + half_x, picture.width);
    for (int row = pixel(y - half_y, picture.height); row < pixel(y + half_y, picture.height);
         ++row) {
      std::fill_n(covered.pixels.begin() + std::ptrdiff_t{row} * picture.width + left, right - left,
                  grey);
    }
  }
  return covered;
}

}  // namespace

Result<Pointing> PointingGame(const Map& map, const GreyImage& mask) {
  const Region& region = map.geometry.region;
  if (mask.width != region.width || mask.height != region.height || mask.pixels.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "the mask has " + std::to_string(mask.width) + "×" + std::to_string(mask.height) +
                     " pixels, expected " + std::to_string(region.width) + "×" +
                     std::to_string(region.height) + " as the picture"};
  }
  const std::vector<std::size_t> cells = Analysed(map);
  Pointing pointing;
  if (!cells.empty()) {
    const auto largest =
        *std::ranges::max_element(cells, {}, [&](std::size_t cell) { return map.values[cell]; });
    const auto [x, y] = Centre(map, largest);
    pointing.inside = InMask(mask, x, y);
  }
  pointing.centre_inside = InMask(mask, mask.width / 2.0, mask.height / 2.0);
  pointing.chance = static_cast<double>(Area(mask)) / static_cast<double>(mask.pixels.size());
  return pointing;
}

double Dice(const std::vector<Ring>& outline, const GreyImage& mask) {
  std::size_t both = 0, outlined = 0, i = 0;
  for (int y = 0; y < mask.height; ++y) {
    const std::vector<double> xs = Crossings(outline, y + 0.5);
    std::size_t passed = 0;
    for (int x = 0; x < mask.width; ++x, ++i) {
      while (passed < xs.size() && xs[passed] <= x + 0.5) ++passed;
      if (passed % 2 == 0) continue;
      ++outlined;
      if (mask.pixels[i] >= kLesionPixel) ++both;
    }
  }
  const std::size_t sum = outlined + Area(mask);
  return sum == 0 ? 1 : 2 * static_cast<double>(both) / static_cast<double>(sum);
}

Result<Deletion> DeletionCheck(const GreyImage& picture, const Map& map, std::uint32_t seed,
                               const std::function<Result<double>(const GreyImage&)>& score) {
  std::vector<std::size_t> cells = Analysed(map);
  if (cells.empty() || picture.pixels.empty()) return Deletion{};
  const std::size_t tenth = std::max<std::size_t>(cells.size() / 10, 1);
  const auto fall = [&](double whole) -> Result<double> {
    ECHOLENS_ASSIGN(const double left,
                    score(WithoutCells(picture, map, std::span(cells).first(tenth))));
    return whole - left;
  };
  ECHOLENS_ASSIGN(const double whole, score(picture));
  Deletion deletion;
  std::ranges::stable_sort(cells, std::greater(),
                           [&](std::size_t cell) { return map.values[cell]; });
  ECHOLENS_ASSIGN(deletion.hottest, fall(whole));
  // Fisher and Yates, as far as it is needed; std::shuffle may differ between libraries.
  std::ranges::sort(cells);
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < tenth; ++i) {
    std::swap(cells[i], cells[i + random() % (cells.size() - i)]);
  }
  ECHOLENS_ASSIGN(deletion.random, fall(whole));
  return deletion;
}

}  // namespace echolens

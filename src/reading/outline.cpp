#include "reading/outline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>

namespace echolens {
namespace {

// Along one axis, in cells: the ends of the region and every half cell between them, and both ends
// once more, outside. What is inside up to the border so ends there.
std::vector<double> Places(double begin, double end) {
  std::vector<double> places{begin, begin};
  for (double half = std::floor(2 * begin) + 1; half / 2 < end; ++half) places.push_back(half / 2);
  places.insert(places.end(), {end, end});
  return places;
}

// The map at those places; 0, which is under the level, in the outermost rows and columns.
struct Field {
  std::vector<double> xs, ys;
  std::vector<double> values;

  explicit Field(const Map& map) {
    const auto& [step_x, step_y, offset_x, offset_y, region] = map.geometry;
    xs = Places(offset_x, offset_x + region.width / step_x);
    ys = Places(offset_y, offset_y + region.height / step_y);
    for (std::size_t y = 0; y < ys.size(); ++y) {
      for (std::size_t x = 0; x < xs.size(); ++x) {
        const bool within = x > 0 && x + 1 < xs.size() && y > 0 && y + 1 < ys.size();
        values.push_back(within ? ValueAt(map, xs[x], ys[y]) : 0);
      }
    }
  }

  std::size_t width() const { return xs.size(); }
  bool Inside(std::size_t node) const { return values[node] >= kLesionLevel; }
};

// All nodes inside that hang together with this one by their sides. Nodes of the rim are outside,
// so that every node inside has four neighbours.
std::vector<std::size_t> Part(const Field& field, std::size_t start, std::vector<bool>& met) {
  std::vector<std::size_t> part{start};
  met[start] = true;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const std::size_t node = part[i];
    for (const std::size_t next :
         {node - 1, node + 1, node - field.width(), node + field.width()}) {
      if (!field.Inside(next) || met[next]) continue;
      met[next] = true;
      part.push_back(next);
    }
  }
  return part;
}

// Leaves only the largest part, the first of equals.
void KeepLargestPart(Field& field) {
  std::vector<bool> met(field.values.size());
  std::vector<std::size_t> largest;
  for (std::size_t node = 0; node < field.values.size(); ++node) {
    if (!field.Inside(node) || met[node]) continue;
    std::vector<std::size_t> part = Part(field, node, met);
    if (part.size() > largest.size()) largest = std::move(part);
  }
  std::vector<double> kept(field.values.size());
  for (const std::size_t node : largest) kept[node] = field.values[node];
  for (std::size_t node = 0; node < kept.size(); ++node) {
    if (!field.Inside(node)) kept[node] = field.values[node];
  }
  field.values = std::move(kept);
}

// An edge of the lattice has a number: twice the node at its upper or left end, and 1 more where it
// goes down.
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// For each edge the line enters a square by, the one by which it leaves it. Walking round a square
// clockwise, a line goes from an edge that leads inside to the next one that leads outside; seen
// from the neighbour an edge that leads outside leads inside, so that the lines join.
std::vector<std::size_t> Lines(const Field& field) {
  std::vector<std::size_t> next(2 * field.values.size(), kNone);
  const std::size_t width = field.width();
  for (std::size_t y = 0; y + 1 < field.ys.size(); ++y) {
    for (std::size_t x = 0; x + 1 < width; ++x) {
      const std::size_t node = y * width + x;
      const std::array corners{node, node + 1, node + width + 1, node + width};
      const std::array edges{2 * node, 2 * (node + 1) + 1, 2 * (node + width), 2 * node + 1};
      const auto inside = [&](std::size_t i) { return field.Inside(corners[i % 4]); };
      for (std::size_t i = 0; i < 4; ++i) {
        if (inside(i) || !inside(i + 1)) continue;
        std::size_t out = i + 1;
        while (inside(out + 1)) ++out;
        next[edges[i]] = edges[out % 4];
      }
    }
  }
  return next;
}

// Where the level lies on an edge, in the picture.
Point Crossing(const Field& field, std::size_t edge, const Geometry& geometry) {
  const std::size_t first = edge / 2;
  const std::size_t second = first + (edge % 2 == 0 ? 1 : field.width());
  const double from = field.values[first], to = field.values[second];
  const double share = (kLesionLevel - from) / (to - from);
  const auto between = [&](const std::vector<double>& places, std::size_t a, std::size_t b) {
    return places[a] + share * (places[b] - places[a]);
  };
  const double x = between(field.xs, first % field.width(), second % field.width());
  const double y = between(field.ys, first / field.width(), second / field.width());
  return {geometry.PictureX(x), geometry.PictureY(y)};
}

// Twice the area, with a sign (Gauss's formula).
double DoubleArea(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

bool Same(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }

}  // namespace

std::vector<Ring> LesionOutline(const Map& lesion) {
  Field field(lesion);
  KeepLargestPart(field);
  std::vector<std::size_t> next = Lines(field);
  std::vector<Ring> rings;
  for (std::size_t start = 0; start < next.size(); ++start) {
    Ring ring;
    for (std::size_t edge = start; next[edge] != kNone;) {
      const Point point = Crossing(field, edge, lesion.geometry);
      if (ring.empty() || !Same(ring.back(), point)) ring.push_back(point);
      edge = std::exchange(next[edge], kNone);
    }
    while (ring.size() > 1 && Same(ring.front(), ring.back())) ring.pop_back();
    if (ring.size() >= 3) rings.push_back(std::move(ring));
  }
  std::ranges::stable_sort(rings, std::greater(),
                           [](const Ring& ring) { return std::abs(DoubleArea(ring)); });
  return rings;
}

}  // namespace echolens

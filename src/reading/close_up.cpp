#include "reading/close_up.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace echolens {
namespace {

// Cells from the first to the one before the last.
struct Box {
  int left, top, right, bottom;
};

// Of a place in pixels of the picture, less the region's first.
bool Within(const Region& region, double across, double down) {
  return across >= 0 && across < region.width && down >= 0 && down < region.height;
}

bool InRegion(const Map& map, int x, int y) {
  const Region& region = map.geometry.region;
  return Within(region, map.geometry.PictureX(x + 0.5) - region.x,
                map.geometry.PictureY(y + 0.5) - region.y);
}

// Around the cells that hang together by their sides with the largest one and reach half of it.
Box LesionBox(const Map& map) {
  std::vector<bool> open(map.values.size(), false);
  const auto index = [&](int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width) +
           static_cast<std::size_t>(x);
  };
  int peak_x = 0, peak_y = 0;
  double peak = -1;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (!InRegion(map, x, y)) continue;
      open[index(x, y)] = true;
      if (map.At(x, y) <= peak) continue;
      peak = map.At(x, y);
      peak_x = x;
      peak_y = y;
    }
  }
  Box box{peak_x, peak_y, peak_x + 1, peak_y + 1};
  std::vector<std::pair<int, int>> part{{peak_x, peak_y}};
  open[index(peak_x, peak_y)] = false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto [x, y] = part[i];
    box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1),
           std::max(box.bottom, y + 1)};
    for (const auto& [nx, ny] : {std::pair{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}}) {
      if (nx < 0 || ny < 0 || nx >= map.width || ny >= map.height || !open[index(nx, ny)]) continue;
      if (map.At(nx, ny) < peak / 2) continue;
      open[index(nx, ny)] = false;
      part.emplace_back(nx, ny);
    }
  }
  return box;
}

// `size` whole pixels around `middle`, within 0 … `limit`.
int Start(double middle, int size, int limit) {
  return std::clamp(static_cast<int>(std::lround(middle - size / 2.0)), 0, limit - size);
}

}  // namespace

Region CloseUpRegion(const Map& lesion) {
  const Region& whole = lesion.geometry.region;
  const Box box = LesionBox(lesion);
  const double left = lesion.geometry.PictureX(box.left) - whole.x;
  const double right = lesion.geometry.PictureX(box.right) - whole.x;
  const double top = lesion.geometry.PictureY(box.top) - whole.y;
  const double bottom = lesion.geometry.PictureY(box.bottom) - whole.y;
  const double side = std::max(kCloseUpSide * std::max(right - left, bottom - top),
                               kCloseUpSmallest * std::max(whole.width, whole.height));
  const int pixels = static_cast<int>(
      std::lround(std::clamp(side, 1.0, 1.0 * std::max(whole.width, whole.height))));
  const int width = std::min(pixels, whole.width), height = std::min(pixels, whole.height);
  return {whole.x + Start((left + right) / 2, width, whole.width),
          whole.y + Start((top + bottom) / 2, height, whole.height), width, height};
}

Result<NetworkImage> LookCloser(const GreyImage& picture, const Region& origin,
                                const Region& region, const Preprocessing& preprocessing) {
  ECHOLENS_ASSIGN(const GreyImage part, Crop(picture, {region.x - origin.x, region.y - origin.y,
                                                       region.width, region.height}));
  ECHOLENS_ASSIGN(NetworkImage network, Preprocess(part, preprocessing));
  network.geometry.region = region;
  return network;
}

Map Placed(const Map& close_up, const Region& whole) {
  const Geometry& from = close_up.geometry;
  const auto cells = [](int pixels, double cell) {
    return std::max(1, static_cast<int>(std::lround(pixels / cell)));
  };
  Map map{cells(whole.width, from.step_x), cells(whole.height, from.step_y), {}, {}};
  map.geometry = {1.0 * whole.width / map.width, 1.0 * whole.height / map.height, 0, 0, whole};
  for (int y = 0; y < map.height; ++y) {
    const double down = map.geometry.PictureY(y + 0.5) - from.region.y;
    for (int x = 0; x < map.width; ++x) {
      const double across = map.geometry.PictureX(x + 0.5) - from.region.x;
      const bool seen = Within(from.region, across, down);
      map.values.push_back(seen ? ValueAt(close_up, from.offset_x + across / from.step_x,
                                          from.offset_y + down / from.step_y)
                                : 0);
    }
  }
  return map;
}

}  // namespace echolens

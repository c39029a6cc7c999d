#include "reading/occlusion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace echolens {
namespace {

// The pixels from the one that `begin` lies in to the one before `end`, within `from` … `to`.
struct Range {
  int begin, end;
  int size() const { return std::max(end - begin, 0); }
};
Range Pixels(double begin, double end, Range within) {
  return {std::max(static_cast<int>(std::floor(begin)), within.begin),
          std::min(static_cast<int>(std::ceil(end)), within.end)};
}

// Where the analysed region lies in the network's picture. Its ends are whole numbers.
Range Columns(const Geometry& geometry) {
  const int left = static_cast<int>(std::lround(geometry.offset_x));
  return {left, left + static_cast<int>(std::lround(geometry.region.width / geometry.step_x))};
}
Range Rows(const Geometry& geometry) {
  const int top = static_cast<int>(std::lround(geometry.offset_y));
  return {top, top + static_cast<int>(std::lround(geometry.region.height / geometry.step_y))};
}

// kPatchCells cells around the middle of one.
Range PatchPixels(int cell, int cells, int size, Range within) {
  const double middle = cell + 0.5, half = kPatchCells / 2.0;
  return Pixels((middle - half) * size / cells, (middle + half) * size / cells, within);
}

}  // namespace

Patches OcclusionPatches(const NetworkImage& picture) {
  const auto& [image, geometry] = picture;
  const int across = std::min(kOcclusionCells, image.width);
  const int down = std::min(kOcclusionCells, image.height);
  Patches all{EmptyMap(across, down, geometry, image.width, image.height), {}};
  for (int row = 0; row < down; ++row) {
    const Range ys = PatchPixels(row, down, image.height, Rows(geometry));
    for (int column = 0; column < across; ++column) {
      const Range xs = PatchPixels(column, across, image.width, Columns(geometry));
      const bool empty = xs.size() == 0 || ys.size() == 0;
      all.patches.push_back(empty ? Patch{} : Patch{xs.begin, ys.begin, xs.size(), ys.size()});
    }
  }
  return all;
}

Patch InPicture(const Patch& patch, const Geometry& from, const NetworkImage& to) {
  const Geometry& geometry = to.geometry;
  const auto across = [&](int x) {
    return (from.PictureX(x) - geometry.region.x) / geometry.step_x + geometry.offset_x;
  };
  const auto down = [&](int y) {
    return (from.PictureY(y) - geometry.region.y) / geometry.step_y + geometry.offset_y;
  };
  const Range xs = Pixels(across(patch.x), across(patch.x + patch.width), Columns(geometry));
  const Range ys = Pixels(down(patch.y), down(patch.y + patch.height), Rows(geometry));
  if (xs.size() == 0 || ys.size() == 0) return {};
  return {xs.begin, ys.begin, xs.size(), ys.size()};
}

GreyImage Covered(const NetworkImage& picture, const Patch& patch) {
  GreyImage image = picture.image;
  const auto row = [&](int y) { return image.pixels.begin() + std::ptrdiff_t{y} * image.width; };
  const auto around = [](int begin, int size, Range within) {
    const double more = (kSurroundings - 1) * size / 2.0;
    return Pixels(begin - more, begin + size + more, within);
  };
  const Range xs = around(patch.x, patch.width, Columns(picture.geometry));
  const Range ys = around(patch.y, patch.height, Rows(picture.geometry));
  const std::int64_t count = std::int64_t{xs.size()} * ys.size();
  if (count == 0) return image;
  std::int64_t sum = 0;
  for (int y = ys.begin; y < ys.end; ++y) {
    for (int x = xs.begin; x < xs.end; ++x) sum += row(y)[x];
  }
  const auto grey = static_cast<std::uint8_t>((sum + count / 2) / count);
  for (int y = patch.y; y < patch.y + patch.height; ++y) {
    std::fill_n(row(y) + patch.x, patch.width, grey);
  }
  return image;
}

}  // namespace echolens

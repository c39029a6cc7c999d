#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "image/allocate.h"

namespace echolens {
namespace {

// Fixed-point digits of a weight: 8 bits of pixel and 2 of head room leave these of 32.
constexpr int kPrecisionBits = 32 - 8 - 2;

// For each output position the input positions it averages, and their weights.
struct Axis {
  struct Window {
    int first;
    int count;
  };
  std::vector<Window> windows;
  std::size_t stride;                 // weights a window, the rest of them 0
  std::vector<std::int32_t> weights;  // a window's sum is about 1 << kPrecisionBits
};

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

// The steps and their order are Pillow's (Resample.c, precompute_coeffs), to round as it does; only
// operations that IEEE 754 fixes to the last bit.
Result<Axis> MakeAxis(int in, int out) {
  const double scale = static_cast<double>(in) / out;
  const double support = std::max(scale, 1.0);  // half the triangle's base
  const double inverse = 1.0 / support;
  Axis axis;
  axis.stride = static_cast<std::size_t>(std::ceil(support)) * 2 + 1;
  const auto positions = static_cast<std::uint64_t>(out);
  ECHOLENS_ASSIGN(axis.windows, Allocate<Axis::Window>(positions));
  ECHOLENS_ASSIGN(axis.weights, Allocate<std::int32_t>(positions * axis.stride));
  ECHOLENS_ASSIGN(std::vector<double> exact, Allocate<double>(axis.stride));
  for (int o = 0; o < out; ++o) {
    const double centre = (o + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), in);
    axis.windows[static_cast<std::size_t>(o)] = {first, end - first};
    double sum = 0;
    for (int i = 0; i < end - first; ++i) {
      const double weight = Triangle((i + first - centre + 0.5) * inverse);
      exact[static_cast<std::size_t>(i)] = weight;
      sum += weight;
    }
    std::int32_t* weights = axis.weights.data() + static_cast<std::size_t>(o) * axis.stride;
    for (int i = 0; i < end - first; ++i) {
      const double share = sum != 0 ? exact[static_cast<std::size_t>(i)] / sum : 0;
      weights[i] = static_cast<std::int32_t>(0.5 + share * (1 << kPrecisionBits));
    }
  }
  return axis;
}

// The weighted sum of pixels `step` apart.
std::uint8_t Average(const std::uint8_t* pixels, std::size_t step, const std::int32_t* weights,
                     int count) {
  std::int32_t sum = 1 << (kPrecisionBits - 1);
  for (int i = 0; i < count; ++i) sum += pixels[static_cast<std::size_t>(i) * step] * weights[i];
  return static_cast<std::uint8_t>(std::min(sum >> kPrecisionBits, 255));
}

// Rows first … first + count of the image, each `width` wide.
Result<GreyImage> ResizeRows(const GreyImage& image, int width, int first, int count) {
  ECHOLENS_ASSIGN(const Axis axis, MakeAxis(image.width, width));
  GreyImage out{width, count, {}};
  ECHOLENS_ASSIGN(out.pixels, Allocate<std::uint8_t>(std::uint64_t(width) * std::uint64_t(count)));
  std::uint8_t* pixel = out.pixels.data();
  for (int y = 0; y < count; ++y) {
    const std::uint8_t* row = image.pixels.data() + std::size_t(first + y) * image.width;
    const std::int32_t* weights = axis.weights.data();
    for (const auto& window : axis.windows) {
      *pixel++ = Average(row + window.first, 1, weights, window.count);
      weights += axis.stride;
    }
  }
  return out;
}

// `rows` is the image from row `first` on.
Result<GreyImage> ResizeColumns(const GreyImage& rows, const Axis& axis, int first) {
  GreyImage out{rows.width, static_cast<int>(axis.windows.size()), {}};
  const auto width = static_cast<std::size_t>(rows.width);
  ECHOLENS_ASSIGN(out.pixels, Allocate<std::uint8_t>(std::uint64_t(width) * axis.windows.size()));
  std::uint8_t* pixel = out.pixels.data();
  const std::int32_t* weights = axis.weights.data();
  for (const auto& window : axis.windows) {
    const std::uint8_t* top = rows.pixels.data() + std::size_t(window.first - first) * width;
    for (std::size_t x = 0; x < width; ++x)
      *pixel++ = Average(top + x, width, weights, window.count);
    weights += axis.stride;
  }
  return out;
}

}  // namespace

Result<GreyImage> Resize(const GreyImage& image, int width, int height) {
  if (width < 1 || height < 1 || image.width < 1 || image.height < 1 ||
      image.pixels.size() != std::uint64_t(image.width) * std::uint64_t(image.height)) {
    return Error{ErrorCode::kInvalidArgument, "cannot resize " + std::to_string(image.width) + "×" +
                                                  std::to_string(image.height) + " pixels to " +
                                                  std::to_string(width) + "×" +
                                                  std::to_string(height)};
  }
  if (height == image.height && width == image.width) return image;
  if (height == image.height) return ResizeRows(image, width, 0, height);
  ECHOLENS_ASSIGN(const Axis vertical, MakeAxis(image.height, height));
  if (width == image.width) return ResizeColumns(image, vertical, 0);
  // Of the wide rows only those that some output row averages.
  const int first = vertical.windows.front().first;
  const int end = vertical.windows.back().first + vertical.windows.back().count;
  ECHOLENS_ASSIGN(const GreyImage rows, ResizeRows(image, width, first, end - first));
  return ResizeColumns(rows, vertical, first);
}

}  // namespace echolens

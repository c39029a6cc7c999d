#include "image/resize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

#include "support/files.h"
#include "support/npy.h"

namespace echolens {
namespace {

GreyImage RandomImage(std::mt19937& random, int width, int height) {
  GreyImage image{width, height, {}};
  for (int i = 0; i < width * height; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(random() & 255));
  }
  return image;
}

double Weight(int in, int out, int o, int i) {
  const double scale = static_cast<double>(in) / out;
  return std::max(0.0, 1 - std::abs(i + 0.5 - (o + 0.5) * scale) / std::max(scale, 1.0));
}

// The weighted mean over the whole picture, unrounded.
double Naive(const GreyImage& image, int width, int height, int x, int y) {
  double sum = 0, weights = 0;
  for (int j = 0; j < image.height; ++j) {
    for (int i = 0; i < image.width; ++i) {
      const double weight = Weight(image.width, width, x, i) * Weight(image.height, height, y, j);
      sum += weight * image.pixels[static_cast<std::size_t>(j * image.width + i)];
      weights += weight;
    }
  }
  return sum / weights;
}

}  // namespace

TEST_CASE("resizing equals Pillow's, byte for byte") {
  const GreyImage source{131, 97, NpyData(ReadTestData("resize/source.npy"))};
  REQUIRE(source.pixels.size() == 131 * 97);
  constexpr int kSizes[][2] = {{131, 97}, {96, 71},   {64, 97}, {131, 31}, {20, 16},
                               {7, 150},  {200, 150}, {1, 1},   {3, 96},   {262, 150}};
  for (const auto& [width, height] : kSizes) {
    const std::string name = std::to_string(width) + "x" + std::to_string(height);
    CAPTURE(name);
    const Result<GreyImage> resized = Resize(source, width, height);
    REQUIRE(resized.ok());
    CHECK(resized->width == width);
    CHECK(resized->height == height);
    CHECK(resized->pixels == NpyData(ReadTestData("resize/" + name + ".npy")));
  }
}

TEST_CASE("resizing is the mean under a triangle") {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const auto side = [&] { return static_cast<int>(random() % 40) + 1; };
    const GreyImage image = RandomImage(random, side(), side());
    const int width = side(), height = side();
    CAPTURE(image.width);
    CAPTURE(image.height);
    const Result<GreyImage> resized = Resize(image, width, height);
    REQUIRE(resized.ok());
    double largest = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int pixel = resized->pixels[static_cast<std::size_t>(y * width + x)];
        largest = std::max(largest, std::abs(pixel - Naive(image, width, height, x, y)));
      }
    }
    CHECK(largest <= 1.01);  // two roundings of a half each
  }
}

TEST_CASE("a side under 1 is refused") {
  const GreyImage image{2, 2, {1, 2, 3, 4}};
  const auto detail = [&](const GreyImage& from, int width, int height) {
    const Result<GreyImage> resized = Resize(from, width, height);
    REQUIRE(!resized.ok());
    CHECK(resized.error().code == ErrorCode::kInvalidArgument);
    return resized.error().detail;
  };
  CHECK(detail(image, 0, 5) == "cannot resize 2×2 pixels to 0×5");
  CHECK(detail(image, 5, -1) == "cannot resize 2×2 pixels to 5×-1");
  CHECK(detail({}, 5, 5) == "cannot resize 0×0 pixels to 5×5");
  CHECK(detail({3, 2, {1, 2, 3, 4}}, 5, 5) == "cannot resize 3×2 pixels to 5×5");
}

}  // namespace echolens

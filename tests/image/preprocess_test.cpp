#include "image/preprocess.h"

#include <doctest/doctest.h>

#include "image/resize.h"

namespace echolens {
namespace {

GreyImage Ramp(int width, int height) {
  GreyImage image{width, height, {}};
  for (int i = 0; i < width * height; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(1 + i % 255));
  }
  return image;
}

struct Fitted {
  int left, top, width, height;
};

// The picture resized to `where`, on a ground of the padding value.
GreyImage Placed(const GreyImage& picture, const Preprocessing& to, const Fitted& where) {
  const Result<GreyImage> fitted = Resize(picture, where.width, where.height);
  REQUIRE(fitted.ok());
  GreyImage out{to.width, to.height, {}};
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      const int u = x - where.left, v = y - where.top;
      const bool inside = u >= 0 && v >= 0 && u < where.width && v < where.height;
      out.pixels.push_back(inside ? fitted->pixels[static_cast<std::size_t>(v * where.width + u)]
                                  : to.padding_value);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a picture is fitted as the training scripts do") {
  struct Case {
    int width, height;
    Preprocessing to;
    Fitted where;
  };
  const Case table[] = {
      {40, 30, {.width = 96, .height = 96}, {0, 12, 96, 72}},
      {30, 40, {.width = 96, .height = 96}, {12, 0, 72, 96}},
      {50, 50, {.width = 96, .height = 96}, {0, 0, 96, 96}},
      {97, 32, {.width = 96, .height = 96}, {0, 32, 96, 32}},
      {100, 33, {.width = 10, .height = 10}, {0, 3, 10, 3}},  // 3.3 rows
      {100, 35, {.width = 10, .height = 10}, {0, 3, 10, 4}},  // 3.5 rows: up
      {1000, 3, {.width = 10, .height = 10}, {0, 4, 10, 1}},  // at least one row
      {40, 30, {.width = 60, .height = 20, .padding_value = 9}, {16, 0, 27, 20}},
      {40, 10, {.width = 60, .height = 20}, {0, 2, 60, 15}},
      {40, 30, {.width = 60, .height = 20, .fit = Fit::kStretch}, {0, 0, 60, 20}},
  };
  for (const auto& [width, height, to, where] : table) {
    CAPTURE(width);
    CAPTURE(height);
    const GreyImage picture = Ramp(width, height);
    const Result<NetworkImage> out = Preprocess(picture, to);
    REQUIRE(out.ok());
    CHECK(out->image.width == to.width);
    CHECK(out->image.height == to.height);
    CHECK(out->image.pixels == Placed(picture, to, where).pixels);
    const Geometry& geometry = out->geometry;
    CHECK(geometry.PictureX(where.left) == doctest::Approx(0));
    CHECK(geometry.PictureX(where.left + where.width) == doctest::Approx(width));
    CHECK(geometry.PictureY(where.top) == doctest::Approx(0));
    CHECK(geometry.PictureY(where.top + where.height) == doctest::Approx(height));
    CHECK(geometry.region.width == width);
    CHECK(geometry.region.height == height);
  }
}

TEST_CASE("a bright spot maps back to where it was") {
  GreyImage picture{80, 60, std::vector<std::uint8_t>(80 * 60)};
  for (int y = 20; y < 24; ++y) {
    for (int x = 60; x < 64; ++x) picture.pixels[static_cast<std::size_t>(y * 80 + x)] = 255;
  }
  const Result<NetworkImage> out = Preprocess(picture, {.width = 40, .height = 40});
  REQUIRE(out.ok());
  double sum = 0, x_sum = 0, y_sum = 0;
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 40; ++x) {
      const int pixel = out->image.pixels[static_cast<std::size_t>(y * 40 + x)];
      sum += pixel;
      x_sum += pixel * (x + 0.5);
      y_sum += pixel * (y + 0.5);
    }
  }
  CHECK(out->geometry.PictureX(x_sum / sum) == doctest::Approx(62).epsilon(0.001));
  CHECK(out->geometry.PictureY(y_sum / sum) == doctest::Approx(22).epsilon(0.001));
}

TEST_CASE("a picture or network without pixels is refused") {
  const Result<NetworkImage> no_network = Preprocess(Ramp(4, 3), {.width = 0, .height = 5});
  REQUIRE(!no_network.ok());
  CHECK(no_network.error().code == ErrorCode::kInvalidArgument);
  CHECK(no_network.error().detail == "cannot fit a picture of 4×3 pixels into 0×5");
  CHECK(!Preprocess({}, {.width = 5, .height = 5}).ok());
}

TEST_CASE("input values are looked up by channel and pixel") {
  const Preprocessing preprocessing{
      .width = 1, .height = 1, .channels = 3, .mean = {0, 127.5f, 10}, .scale = {1, 0.5f, -2}};
  const std::vector<float> table = InputValues(preprocessing);
  REQUIRE(table.size() == 3 * 256);
  CHECK(table[0] == 0);
  CHECK(table[200] == 200);
  CHECK(table[256] == -63.75f);
  CHECK(table[256 + 255] == 63.75f);
  CHECK(table[512 + 4] == 12);
}

}  // namespace echolens

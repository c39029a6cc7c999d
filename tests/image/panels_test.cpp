#include "image/panels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>

#include "support/files.h"

namespace echolens {
namespace {

GreyImage Picture(int width, int height, const std::function<int(int x, int y)>& grey) {
  GreyImage picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(grey(x, y)));
    }
  }
  return picture;
}

GreyImage Transposed(const GreyImage& picture) {
  return Picture(picture.height, picture.width, [&](int x, int y) {
    return picture.pixels[static_cast<std::size_t>(x) * static_cast<std::size_t>(picture.width) +
                          static_cast<std::size_t>(y)];
  });
}

// Noise, but `gutter` grey from column `from` to column `to`.
GreyImage WithGutter(int width, int height, int from, int to, int gutter) {
  std::mt19937 random(1);
  return Picture(width, height, [&](int x, int) {
    return x >= from && x < to ? gutter : static_cast<int>(random() % 256);
  });
}

// The same side by side and one above the other.
int Panels(const GreyImage& picture) {
  const int panels = CountPanels(picture);
  CHECK(CountPanels(Transposed(picture)) == panels);
  return panels;
}

}  // namespace

TEST_CASE("one textured picture is one, a smooth or empty one none") {
  CHECK(Panels(WithGutter(200, 150, 0, 0, 0)) == 1);
  CHECK(Panels(Picture(200, 150, [](int, int) { return 77; })) == 0);
  CHECK(Panels(Picture(1, 1, [](int, int) { return 77; })) == 0);
}

TEST_CASE("two pictures with a gutter of any grey between them are two") {
  for (const int gutter : {0, 60, 128, 255}) {
    for (const int width : {6, 8, 60}) {
      CAPTURE(gutter);
      CAPTURE(width);
      CHECK(Panels(WithGutter(300, 150, 120, 120 + width, gutter)) == 2);
    }
  }
}

TEST_CASE("margins and what stands in them are no panels") {
  CHECK(Panels(WithGutter(300, 150, 0, 40, 0)) == 1);
  CHECK(Panels(WithGutter(300, 150, 260, 300, 0)) == 1);
  CHECK(Panels(WithGutter(300, 150, 30, 60, 0)) == 1);  // a scale of 30 columns at the left
  CHECK(Panels(WithGutter(300, 150, 59, 80, 0)) == 1);  // just under a fifth
  CHECK(Panels(WithGutter(300, 150, 60, 80, 0)) == 2);  // a fifth
}

TEST_CASE("writing across the gutter, and the ringing of JPEG in it") {
  GreyImage picture = WithGutter(300, 200, 140, 160, 20);
  for (std::size_t y = 0; y < 200; ++y) {
    for (std::size_t x = 140; x < 160; ++x) {
      picture.pixels[y * 300 + x] = static_cast<std::uint8_t>(12 + (x * 7 + y * 3) % 17);
    }
  }
  CHECK(Panels(picture) == 2);
  for (std::size_t x = 140; x < 160; ++x) {
    for (const std::size_t y : {10, 11, 12}) picture.pixels[y * 300 + x] = 255;
  }
  CHECK(Panels(picture) == 2);  // no gutter any more, but a seam
}

TEST_CASE("pictures that touch are told by the seam, one picture has none") {
  const auto read = [](const std::string& name) {
    const Result<DecodedImage> image = DecodeImage(ReadTestData("images/busbra-" + name));
    REQUIRE(image.ok());
    return image->grey;
  };
  const GreyImage one = read("0048-malignant.png"), other = read("0055-benign.jpg");
  CHECK(Panels(one) == 1);
  CHECK(Panels(other) == 1);
  const int height = std::min(one.height, other.height);
  const auto both = [&](int x, int y) {
    const GreyImage& part = x < one.width ? one : other;
    const int column = x < one.width ? x : x - one.width;
    return part.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(part.width) +
                       static_cast<std::size_t>(column)];
  };
  CHECK(Panels(Picture(one.width + other.width, height, both)) == 2);
  const int sliver = one.width + other.width / 10;  // too little of the other one for a panel
  CHECK(Panels(Picture(sliver, height, both)) == 1);
}

TEST_CASE("three in a row are three") {
  GreyImage picture = WithGutter(400, 100, 120, 130, 0);
  for (std::size_t y = 0; y < 100; ++y) {
    for (std::size_t x = 260; x < 270; ++x) picture.pixels[y * 400 + x] = 0;
  }
  CHECK(Panels(picture) == 3);
}

TEST_CASE("a gutter of a large picture") {
  CHECK(CountPanels(WithGutter(4000, 20, 2000, 2020, 0)) == 2);
}

}  // namespace echolens

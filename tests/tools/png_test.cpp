#include "png.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "image/decode.h"
#include "image/grey.h"

using namespace echolens;

namespace {

std::vector<std::uint8_t> Samples(int count) {
  std::vector<std::uint8_t> samples;
  for (int i = 0; i < count; ++i) samples.push_back(static_cast<std::uint8_t>(i * i + i / 7));
  return samples;
}

}  // namespace

TEST_CASE("our own reader finds the pixels in a PNG file, of 1 to 4 samples") {
  for (const int channels : {1, 2, 3, 4}) {
    CAPTURE(channels);
    const std::vector<std::uint8_t> samples = Samples(31 * 17 * channels);
    const auto file = tools::PngFile(31, 17, channels, samples);
    REQUIRE(file.ok());
    const Result<DecodedImage> read = DecodeImage(*file);
    REQUIRE(read.ok());
    CHECK(read->format == ImageFormat::kPng);
    CHECK(read->grey.width == 31);
    CHECK(read->grey.height == 17);
    const Result<DecodedImage> expected =
        GreyFromPixels(samples.data(), {ImageFormat::kPng, 31, 17}, channels);
    CHECK(read->grey.pixels == expected->grey.pixels);
  }
}

TEST_CASE("a flat picture becomes a small file") {
  const std::vector<std::uint8_t> black(256 * 256);
  CHECK(tools::PngFile(256, 256, 1, black)->size() < 2000);
}

TEST_CASE("no PNG file of what is no picture") {
  const std::vector<std::uint8_t> samples(12);
  const auto check = [&](int width, int height, int channels, const char* sentence) {
    const auto file = tools::PngFile(width, height, channels, samples);
    REQUIRE(!file.ok());
    CHECK(file.error().code == ErrorCode::kInvalidArgument);
    CHECK(file.error().detail == sentence);
  };
  check(4, 4, 1, "no PNG file of 4×4 pixels of 1 samples from 12 samples");
  check(0, 3, 1, "no PNG file of 0×3 pixels of 1 samples from 12 samples");
  check(-3, -4, 1, "no PNG file of -3×-4 pixels of 1 samples from 12 samples");
  check(2, 1, 6, "no PNG file of 2×1 pixels of 6 samples from 12 samples");
  check(2147483647, 2147483647, 4,
        "no PNG file of 2147483647×2147483647 pixels of 4 samples from 12 samples");
}

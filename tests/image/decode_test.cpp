#include "image/decode.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "image/sample_files.h"
#include "support/npy.h"

namespace echolens {
namespace {

using namespace std::literals;

// The first bytes of a PNG that claims this size; nothing behind its header.
File PngHeader(std::uint32_t width, std::uint32_t height) {
  File file = ReadTestData("decode/grey-8.png");
  file.resize(33);
  for (std::size_t i = 0; i < 4; ++i) {
    file[16 + i] = static_cast<std::uint8_t>(width >> (24 - 8 * i));
    file[20 + i] = static_cast<std::uint8_t>(height >> (24 - 8 * i));
  }
  return file;
}

}  // namespace

TEST_CASE("every kind of file decodes to Pillow's grey") {
  const auto names = DecodeNames();
  REQUIRE(names.size() > 50);
  for (const std::string& name : names) {
    CAPTURE(name);
    const File file = ReadTestData("decode/" + name);
    const Result<DecodedImage> image = DecodeImage(file, kSmall);
    REQUIRE_MESSAGE(image.ok(), image.error().detail);
    const auto expected = NpyData(ReadTestData("decode/" + name + ".npy"));
    const GreyImage& grey = image->grey;
    REQUIRE(grey.pixels.size() == expected.size());
    const bool turned = name.starts_with("orientation-") && name[12] >= '5';
    CHECK(grey.width == (turned ? 37 : 45));
    CHECK(grey.height == (turned ? 45 : 37));
    int largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      largest = std::max(largest, std::abs(grey.pixels[i] - expected[i]));
    }
    // libjpeg and stb_image round the inverse transform and the colours differently.
    CHECK(largest <= (image->format == ImageFormat::kJpeg ? 2 : 0));
  }
}

TEST_CASE("coloured pixels are counted where red, green and blue lie apart") {
  const auto bmp = [](const std::vector<std::array<int, 3>>& colours) {
    File file = ReadTestData("decode/24.bmp");
    file.resize(54);
    const auto width = static_cast<std::uint8_t>(colours.size());
    file[18] = width, file[22] = 1;
    file[10] = 54;
    for (const auto& [red, green, blue] : colours) {
      for (const int sample : {blue, green, red}) file.push_back(static_cast<std::uint8_t>(sample));
    }
    while ((file.size() - 54) % 4 != 0) file.push_back(0);
    return file;
  };
  const auto count = [](const File& file) {
    const Result<DecodedImage> image = DecodeImage(file, kSmall);
    REQUIRE_MESSAGE(image.ok(), image.error().detail);
    return std::ranges::count(image->coloured, 1);
  };
  CHECK(count(bmp({{0, 0, 0}, {200, 200, 200}, {255, 208, 255}})) == 0);
  CHECK(count(bmp({{48, 0, 0}, {47, 0, 0}, {100, 148, 120}, {0, 20, 255}})) == 3);
  for (const std::string& name : DecodeNames()) {
    if (!name.starts_with("grey")) continue;
    CAPTURE(name);
    CHECK(count(ReadTestData("decode/" + name)) == 0);
  }
  // The same picture in every format has as many, but for what JPEG changes.
  const auto rgb = count(ReadTestData("decode/rgb-8.png"));
  CHECK(rgb > 45 * 37 / 20);
  CHECK(count(ReadTestData("decode/24.bmp")) == rgb);
}

TEST_CASE("a GIF or PNG tells whether more pictures follow the first") {
  const auto followed = [](const File& file) {
    const Result<DecodedImage> image = DecodeImage(file, kSmall);
    REQUIRE_MESSAGE(image.ok(), image.error().detail);
    return HoldsSeveralPictures(image->format, file);
  };
  for (const std::string& name : DecodeNames()) {
    CAPTURE(name);
    CHECK(followed(ReadTestData("decode/" + name)) ==
          (name == "animated.gif" || name == "animated.png"));
  }

  File file = ReadTestData("decode/grey.gif");
  REQUIRE(file.back() == 0x3B);
  file.pop_back();
  const auto with = [&file](std::string_view more) {
    File longer = file;
    longer.insert(longer.end(), more.begin(), more.end());
    return longer;
  };
  // A frame of the largest size, and none of its pixels: nobody makes room for it.
  constexpr auto kFrame = "\x2C\0\0\0\0\xFF\xFF\xFF\xFF\0\x08\0"sv;
  CHECK(!followed(with("\x3B"sv)));
  CHECK(followed(with(std::string(kFrame) + "\x3B")));
  for (std::size_t size = 0; size < kFrame.size(); ++size) {
    CAPTURE(size);
    CHECK(Outcome(with(kFrame.substr(0, size))).starts_with("image_corrupt: the GIF file is dam"));
  }
  std::string many;
  for (int i = 0; i < 200'000; ++i) many += kFrame;
  CHECK(followed(with(many + "\x3B")));
  CHECK(Outcome(with(many)) ==
        "image_corrupt: the GIF file is damaged: it ends before its trailer");
}

TEST_CASE("greys of 12 bits kept in 16 as they are: an error, not a black picture") {
  CHECK(
      Outcome(ReadTestData("decode/12-bits-in-16.png")) ==
      "image_unsupported: the PNG file has 16 bits a sample, and the largest is 4080 of 65535: it "
      "would be read as nearly black. Export it with 8 bits, or with its greys spread over all 16");
}

TEST_CASE("the format is named as the record has it") {
  CHECK(FormatName(ImageFormat::kPng) == "png");
  CHECK(FormatName(ImageFormat::kJpeg) == "jpeg");
  CHECK(FormatName(ImageFormat::kBmp) == "bmp");
  CHECK(FormatName(ImageFormat::kGif) == "gif");
}

TEST_CASE("the header tells format, stored size and orientation") {
  for (const std::string& name : DecodeNames()) {
    CAPTURE(name);
    const Result<ImageHeader> header = ReadImageHeader(ReadTestData("decode/" + name), kSmall);
    REQUIRE(header.ok());
    CHECK(header->width == 45);
    CHECK(header->height == 37);
    CHECK(header->orientation == (name.starts_with("orientation-") ? name[12] - '0' : 1));
    const std::string ending = name.substr(name.size() - 3);
    CHECK(FormatName(header->format) == (ending == "jpg" ? "jpeg" : ending));
  }
}

TEST_CASE("limits are checked before anything is read or allocated") {
  CHECK(Outcome({}) == "image_empty: the file is empty");
  CHECK(Outcome(PngHeader(30'000, 30'000), {}) ==
        "image_too_large: the picture is 30000×30000 pixels, expected at most 20000 a side");
  CHECK(Outcome(PngHeader(15'000, 15'000), {}) ==
        "image_too_large: the picture is 15000×15000 pixels, expected at most 100000000 in all");
  CHECK(Outcome(PngHeader(0x7FFFFFFF, 0x7FFFFFFF), {}) ==
        "image_too_large: the picture is 2147483647×2147483647 pixels, expected at most 20000 a "
        "side");
  CHECK(Outcome(PngHeader(0x80000000, 20), {}) ==
        "image_corrupt: the PNG file is damaged: a side is longer than PNG allows");
  CHECK(Outcome(PngHeader(15, 400), {}) ==
        "image_too_small: the picture is 15×400 pixels, expected at least 16 a side");
  CHECK(Outcome(PngHeader(400, 0), {}) ==
        "image_too_small: the picture is 400×0 pixels, expected at least 16 a side");
  CHECK(Outcome(File(101), {.max_bytes = 100}) ==
        "image_too_large: the file has 101 bytes, expected at most 100");
  CHECK(Outcome(ReadTestData("decode/grey-8.png"), {.max_side = 44}).starts_with("image_too_la"));
  CHECK(Outcome(ReadTestData("decode/grey-8.png"), {.max_pixels = 45 * 37}) == "ok");
  CHECK(Outcome(ReadTestData("decode/grey-8.png"), {.max_pixels = 45 * 37 - 1}) ==
        "image_too_large: the picture is 45×37 pixels, expected at most 1664 in all");
}

TEST_CASE("the pictures to classify are all answerable") {
  for (const auto* name : {"busbra-0090-benign.png", "busbra-0055-benign.jpg", "smallest.png",
                           "animated.gif", "32-bits.bmp"}) {
    CAPTURE(name);
    CHECK(Outcome(ReadTestData("images/"s + name), {}) == "ok");
  }
}

}  // namespace echolens

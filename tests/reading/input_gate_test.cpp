#include "reading/input_gate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>

#include "reading/golden.h"
#include "support/files.h"

namespace echolens {
namespace {

// A made-up picture that passes.
DecodedImage Passing(int width = 300, int height = 200) {
  const Result<GreyImage> picture = GoldenImage(1, width, height);
  REQUIRE(picture.ok());
  return {ImageFormat::kPng, *picture, {}};
}

// Its first pixels, so many, are coloured.
void Colour(DecodedImage& image, std::size_t pixels) {
  image.coloured.assign(image.grey.pixels.size(), 0);
  std::fill_n(image.coloured.begin(), pixels, std::uint8_t{1});
}

// "code: message", or "" where it passes.
std::string Reason(const DecodedImage& image) {
  const std::optional<Refusal> refusal = CheckPicture(image);
  return refusal ? std::string(RefusalName(refusal->code)) + ": " + refusal->message : "";
}

}  // namespace

TEST_CASE("made-up and real pictures pass") {
  CHECK(Reason(Passing()) == "");
  for (const char* name : {"0048-malignant.png", "0055-benign.jpg", "0057-malignant.png",
                           "0084-malignant.jpg", "0086-benign.jpg", "0087-benign.gif",
                           "0090-benign.png", "0129-benign.jpg", "0302-malignant.jpg"}) {
    CAPTURE(name);
    const Result<DecodedImage> image =
        DecodeImage(ReadTestData(std::string("images/busbra-") + name));
    REQUIRE(image.ok());
    CHECK(Reason(*image) == "");
  }
}

TEST_CASE("too small") {
  CHECK(Reason(Passing(96, 96)) == "");
  CHECK(Reason(Passing(95, 200)) ==
        "too_small: the picture is 95×200 pixels, expected at least 96 a side: a smaller one shows "
        "too little");
  CHECK(Reason(Passing(200, 95)).starts_with("too_small: the picture is 200×95 pixels"));
}

TEST_CASE("coloured, but not for a few caliper marks") {
  DecodedImage image = Passing(100, 100);
  Colour(image, 112);
  CHECK(Reason(image) == "");
  Colour(image, 113);
  CHECK(Reason(image) ==
        "coloured: 1.1 % of the picture is coloured, expected a grey B-mode picture: no colour "
        "Doppler, elastography or photograph");
  Colour(image, 10000);
  CHECK(Reason(image).starts_with("coloured: 100.0 % of the picture"));
}

TEST_CASE("blank, also with a little writing on it") {
  DecodedImage image = Passing(100, 100);
  std::mt19937 random(2);
  for (std::uint8_t& pixel : image.grey.pixels) {
    pixel = static_cast<std::uint8_t>(50 + random() % 20);
  }
  for (std::size_t i = 0; i < 400; ++i) image.grey.pixels[i] = 255;
  CHECK(Reason(image).starts_with("blank: the picture is nearly blank: nine tenths of it lie "));
  for (std::uint8_t& pixel : image.grey.pixels) pixel = 0;
  CHECK(Reason(image) ==
        "blank: the picture is nearly blank: nine tenths of it lie within 0 of 256 grey values, "
        "expected at least 24");
}

TEST_CASE("the contrast that is enough") {
  DecodedImage image = Passing(100, 100);
  for (const int contrast : {23, 24}) {
    for (std::size_t i = 0; i < image.grey.pixels.size(); ++i) {
      image.grey.pixels[i] = static_cast<std::uint8_t>(i % 10 == 3 ? 90 + contrast : 90);
    }
    CHECK((Reason(image) == "") == (contrast == 24));
  }
}

TEST_CASE("several panels") {
  DecodedImage image = Passing(300, 200);
  for (std::size_t y = 0; y < 200; ++y) {
    for (std::size_t x = 145; x < 155; ++x) image.grey.pixels[y * 300 + x] = 0;
  }
  CHECK(Reason(image) ==
        "several_panels: the picture shows 2 pictures side by side, expected one: cut one out");
}

TEST_CASE("the first of several reasons is given") {
  DecodedImage image = Passing(90, 90);
  Colour(image, 8000);
  for (std::uint8_t& pixel : image.grey.pixels) pixel = 0;
  CHECK(Reason(image).starts_with("too_small"));
  image = Passing(100, 100);
  Colour(image, 8000);
  for (std::uint8_t& pixel : image.grey.pixels) pixel = 0;
  CHECK(Reason(image).starts_with("coloured"));
}

}  // namespace echolens

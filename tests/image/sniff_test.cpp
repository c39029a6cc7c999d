#include "image/sniff.h"

#include <doctest/doctest.h>

#include "image/sample_files.h"

namespace echolens {
namespace {

using namespace std::literals;

std::string Refusal(std::string_view name) {
  return "image_unsupported: the file is " + std::string(name) +
         ", which echolens does not read: export the picture as PNG";
}

}  // namespace

TEST_CASE("formats that we do not read are named, with what to do") {
  struct Known {
    std::string_view bytes, name;
  };
  const std::string dicom = std::string(128, '\0') + "DICM\2\0";
  const Known table[] = {
      {"RIFF\x24\0\0\0WEBPVP8 "sv, "a WebP picture"},
      {"II*\0\x08\0\0\0"sv, "a TIFF picture"},
      {"MM\0*\0\0\0\x08"sv, "a TIFF picture"},
      {"II+\0\x08\0\0\0"sv, "a TIFF picture"},
      {"MM\0+\0\x08\0\0"sv, "a TIFF picture"},
      {dicom, "a DICOM file (DICM at byte 128)"},
      {"\0\0\0\x18"
       "ftypheic\0\0\0\0"sv,
       "a HEIC picture"},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0"sv,
       "a HEIC picture"},
      {"\0\0\0\x1C"
       "ftypavif\0\0\0\0"sv,
       "an AVIF picture"},
      {"\0\0\0\x20"
       "ftypisom\0\0\0\0"sv,
       "an MP4 or QuickTime film"},
      {"%PDF-1.7\n"sv, "a PDF document"},
      {"\0\0\0\x0CjP  \r\n\x87\n\0"sv, "a JPEG 2000 picture"},
      {"\xFF\x4F\xFF\x51\0"sv, "a JPEG 2000 picture"},
      {"\0\0\0\x0CJXL \r\n\x87\n\0"sv, "a JPEG XL picture"},
      {"\xFF\x0A\0"sv, "a JPEG XL picture"},
      {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"sv, "an SVG drawing"},
      {"\xEF\xBB\xBF  <?xml version=\"1.0\"?>\r\n<!-- a <b> --> <!-- -->\n<svg>"sv,
       "an SVG drawing"},
      {"<!DOCTYPE svg PUBLIC>"sv, "an SVG drawing"},
  };
  for (const auto& [bytes, name] : table) {
    CAPTURE(name);
    CHECK(Outcome(BytesOf(bytes)) == Refusal(name));
  }
}

TEST_CASE("what is no picture is refused with its first bytes") {
  CHECK(Outcome(BytesOf("hello, world")) ==
        "image_unrecognised: the file is no PNG, JPEG, BMP or GIF picture: it begins with 68 65 "
        "6c 6c 6f 2c 20 77");
  CHECK(Outcome(BytesOf("\0"sv)) ==
        "image_unrecognised: the file is no PNG, JPEG, BMP or GIF picture: it begins with 00");
  for (const std::string_view text : {"<html><svg></svg></html>"sv, "<?xml"sv, "<!-- svg"sv, "  "sv,
                                      "<?xml?><html>"sv, "BMW drives on four wheels"sv}) {
    CAPTURE(text);
    CHECK(Outcome(BytesOf(text)).starts_with("image_unrecognised: "));
  }
}

TEST_CASE("a damaged signature is said to be one") {
  CHECK(Outcome(BytesOf("\x89PNG\n\x1A\n\0\0\0\rIHDR"sv)) ==
        "image_corrupt: the PNG signature is damaged, as by a transfer in text mode");
  CHECK(Outcome(BytesOf("\x89PN"sv)) ==
        "image_corrupt: the file ends after 3 bytes, within a picture's signature");
  CHECK(Outcome(BytesOf("G")) ==
        "image_corrupt: the file ends after 1 byte, within a picture's signature");
}

}  // namespace echolens

// Cut, changed and rearranged files: an error each, never a half picture.
#include <doctest/doctest.h>

#include "image/sample_files.h"

namespace echolens {
namespace {

using namespace std::literals;

File Cut(const File& file, std::size_t size) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)};
}

File operator+(File file, std::string_view more) {
  file.insert(file.end(), more.begin(), more.end());
  return file;
}

std::string Ending(const std::string& name) { return name.substr(name.size() - 3); }

constexpr auto kEoi = "\xFF\xD9"sv;
constexpr auto kSos = "\xFF\xDA"sv;

}  // namespace

TEST_CASE("a file that was cut anywhere is corrupt") {
  for (const std::string& name : DecodeNames()) {
    const File file = ReadTestData("decode/" + name);
    for (std::size_t size = 1; size < file.size();) {
      const std::string outcome = Outcome(Cut(file, size));
      INFO(name, " cut after ", size, " of ", file.size(), " bytes: ", outcome);
      // Of a BMP and its two letters more is needed to know it.
      const bool known = Ending(name) != "bmp" || size >= 2;
      CHECK(outcome.starts_with(known ? "image_corrupt: " : "image_unrecognised: "));
      size += size < 100 || file.size() - size < 20 ? 1 : 11;
    }
  }
}

TEST_CASE("a changed byte never crashes, and never passes in a PNG") {
  for (const std::string& name : DecodeNames()) {
    File file = ReadTestData("decode/" + name);
    for (std::size_t i = 0; i < file.size(); i += 7) {
      const std::uint8_t bit = static_cast<std::uint8_t>(1 << i % 8);
      file[i] ^= bit;
      const std::string outcome = Outcome(file);
      INFO(name, ", byte ", i, ": ", outcome);
      if (Ending(name) == "png") {
        CHECK(outcome.starts_with("image_"));
      } else {
        CHECK((outcome == "ok" || outcome.starts_with("image_")));
      }
      file[i] ^= bit;
    }
  }
}

TEST_CASE("bytes behind the end are ignored") {
  for (const std::string& name : DecodeNames()) {
    CAPTURE(name);
    CHECK(Outcome(ReadTestData("decode/" + name) + "a preview, or anything") == "ok");
  }
}

TEST_CASE("a JPEG that was cut is not mended by an end marker") {
  for (const auto* name :
       {"grey.jpg", "444.jpg", "420.jpg", "420-restart.jpg", "cmyk.jpg", "grey-progressive.jpg",
        "420-progressive.jpg", "444-restart-progressive.jpg"}) {
    const File file = ReadTestData("decode/"s + name);
    for (std::size_t size = Find(file, kSos) + 16; size + 3 < file.size(); size += 3) {
      const std::string outcome = Outcome(Cut(file, size) + kEoi);
      INFO(name, " cut after ", size, " of ", file.size(), " bytes: ", outcome);
      CHECK(outcome.starts_with("image_corrupt: the JPEG file is damaged: "));
    }
  }
}

TEST_CASE("a JPEG without its last scan is a half picture") {
  const File file = ReadTestData("decode/420-progressive.jpg");
  std::size_t last = 0;
  for (std::size_t at = Find(file, kSos); at < file.size(); at = Find(file, kSos, at + 1))
    last = at;
  CHECK(Outcome(Cut(file, last) + kEoi) ==
        "image_corrupt: the JPEG file is damaged: a scan is missing");
}

TEST_CASE("a JPEG that lost a restart interval is corrupt") {
  const File file = ReadTestData("decode/420-restart.jpg");
  const std::size_t first = Find(file, "\xFF\xD0"), second = Find(file, "\xFF\xD1");
  REQUIRE(second < file.size());
  File shorter = Cut(file, first);
  shorter.insert(shorter.end(), file.begin() + static_cast<std::ptrdiff_t>(second), file.end());
  CHECK(Outcome(shorter) ==
        "image_corrupt: the JPEG file is damaged: a restart marker is missing or out of order");
}

TEST_CASE("a JPEG with data to spare is corrupt, unless they fill up") {
  const File file = ReadTestData("decode/grey.jpg");
  const File body = Cut(file, file.size() - 2);
  CHECK(Outcome(body + "\x12\x34" + kEoi) ==
        "image_corrupt: the JPEG file is damaged: a scan has more data than its picture needs");
  CHECK(Outcome(body + "\0\0\0"sv + kEoi) == "ok");
  CHECK(Outcome(body + "\xFF\xFF\xFF"sv + kEoi) == "ok");
}

TEST_CASE("JPEG processes that we do not read are named") {
  const auto changed = [](const char* name, std::string_view marker, std::size_t offset,
                          int value) {
    File file = ReadTestData("decode/"s + name);
    file[Find(file, marker) + offset] = static_cast<std::uint8_t>(value);
    return Outcome(file);
  };
  constexpr auto kSof0 = "\xFF\xC0\0"sv;
  const auto refusal = [](const std::string& what) {
    return "image_unsupported: the JPEG file is " + what +
           ", which echolens does not read: export the picture as PNG";
  };
  CHECK(changed("grey.jpg", kSof0, 1, 0xC3) == refusal("lossless"));
  CHECK(changed("grey.jpg", kSof0, 1, 0xC5) == refusal("hierarchical"));
  CHECK(changed("grey.jpg", kSof0, 1, 0xC9) == refusal("arithmetic coded"));
  CHECK(changed("grey.jpg", kSof0, 4, 12) == refusal("of 12 bits a sample"));
  CHECK(changed("grey.jpg", kSof0, 9, 2).starts_with("image_corrupt: "));
  CHECK(changed("cmyk.jpg", "Adobe"sv, 0, 'B') ==
        "image_unsupported: the JPEG file has four components and no marker that says which "
        "colours they are: export the picture as PNG");
  CHECK(changed("grey.jpg", "\xFF\xC4"sv, 1, 0xFE) ==
        "image_corrupt: the JPEG file is damaged: a scan has no Huffman table");
  CHECK(changed("grey.jpg", "\xFF\xDB"sv, 1, 0xFE) ==
        "image_corrupt: the JPEG file is damaged: a component has no quantisation table");
}

TEST_CASE("BMP variants that we do not read are named") {
  const auto changed = [](const char* name, std::size_t offset, int value) {
    File file = ReadTestData("decode/"s + name);
    file[offset] = static_cast<std::uint8_t>(value);
    return Outcome(file);
  };
  const auto refusal = [](const std::string& what) {
    return "image_unsupported: the BMP file has " + what +
           ", which echolens does not read: export the picture as PNG";
  };
  CHECK(changed("24.bmp", 14, 12) == refusal("a header of 12 bytes"));
  CHECK(changed("8.bmp", 30, 1) == refusal("run-length coded pixels"));
  CHECK(changed("24.bmp", 30, 5) == refusal("a JPEG or PNG inside"));
  CHECK(changed("24.bmp", 30, 9) == refusal("compression 9"));
  CHECK(changed("24.bmp", 28, 7) ==
        "image_corrupt: the BMP file is damaged: its pixels have 7 bits");
  CHECK(changed("24.bmp", 10, 20) ==
        "image_corrupt: the BMP file is damaged: its pixels begin within its header");
  CHECK(changed("24.bmp", 22, 200).starts_with("image_corrupt: the BMP file is damaged: it has "));
  CHECK(changed("8-palette.bmp", 46, 9) ==
        "image_corrupt: the BMP file is damaged: a pixel's colour is not in the palette");
  CHECK(changed("16-masks.bmp", 54, 5) ==
        "image_corrupt: the BMP file is damaged: a mask has no meaning");
}

TEST_CASE("a GIF whose codes do not fill its frame is corrupt") {
  const File file = ReadTestData("decode/grey.gif");
  CHECK(Outcome(Cut(file, file.size() - 40) + "\0\x3B"sv).starts_with("image_corrupt: the GIF"));
  File taller = file;
  const std::size_t frame = Find(file, "\x2C\0\0\0\0"sv);
  REQUIRE(frame < file.size());
  taller[8] = 38;
  taller[frame + 7] = 38;
  CHECK(Outcome(taller) ==
        "image_corrupt: the GIF file is damaged: its first frame has 1665 pixels, expected 1710");
  File outside = file;
  outside[frame + 1] = 1;
  CHECK(Outcome(outside) ==
        "image_corrupt: the GIF file is damaged: its first frame lies outside of the picture");
}

}  // namespace echolens

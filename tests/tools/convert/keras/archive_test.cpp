#include "convert/keras/archive.h"

#include <doctest/doctest.h>

#include "convert/keras.h"
#include "sample_archive.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

void CheckError(const Bytes& file, const std::string& detail) {
  CAPTURE(detail);
  const auto result = ReadKeras(file);
  REQUIRE(!result.ok());
  CHECK(result.error().code == ErrorCode::kSourceCorrupt);
  CHECK(result.error().detail == detail);
}

const Parts kParts{{"config.json", ToBytes("{}")},
                   {"metadata.json", ToBytes("[1]")},
                   {"model.weights.h5", ToBytes("weights")}};

}  // namespace

TEST_CASE("the parts of an archive come out, stored or compressed") {
  for (const bool compressed : {false, true}) {
    const auto archive = keras::ReadArchive(MakeZip(kParts, compressed));
    REQUIRE(archive.ok());
    CHECK(archive->config == "{}");
    CHECK(archive->metadata == "[1]");
    CHECK(archive->weights == ToBytes("weights"));
  }
}

TEST_CASE("what is no archive is named") {
  CheckError({}, "no .keras archive: it does not begin as a zip file does");
  CheckError(ToBytes("just some text"), "no .keras archive: it does not begin as a zip file does");
  CheckError(ToBytes("PK\x03\x04 and no more"), "the .keras archive is damaged: Not a zip archive");
  for (std::size_t missing = 0; missing < kParts.size(); ++missing) {
    Parts parts = kParts;
    const std::string name = parts[missing].first;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(missing));
    CheckError(MakeZip(parts),
               "the .keras archive has no " + name + ": save the whole model with model.save");
  }
}

TEST_CASE("a zip bomb is refused by what it declares and by what comes out") {
  Parts parts = kParts;
  parts[2].second = Bytes(std::size_t{20} << 20);
  const Bytes bomb = MakeZip(parts, true);
  const auto result = ReadKeras(bomb);
  REQUIRE(!result.ok());
  CHECK(result.error().detail.starts_with("model.weights.h5 unpacks from "));
  CHECK(result.error().detail.ends_with(" to 20971520 bytes: more than a network's weights do"));

  // The same bomb, declared small in the central directory: 20 MiB is 0x01400000.
  Bytes liar = bomb;
  for (std::size_t i = 0; i + 4 <= liar.size(); ++i) {
    if (liar[i] == 0 && liar[i + 1] == 0 && liar[i + 2] == 0x40 && liar[i + 3] == 1) {
      liar[i + 2] = 0;
      liar[i + 3] = 0;
      liar[i] = 16;
    }
  }
  const auto lied = ReadKeras(liar);
  REQUIRE(!lied.ok());
  CHECK(lied.error().code == ErrorCode::kSourceCorrupt);
  CHECK(lied.error().detail.starts_with("model.weights.h5 is damaged: "));
}

TEST_CASE("an archive of very many parts is refused") {
  Parts parts = kParts;
  for (int i = 0; i < 10'001; ++i) parts.emplace_back("part" + std::to_string(i), Bytes{});
  CheckError(MakeZip(parts), "the .keras archive has 10004 entries, expected up to 10000");
}

TEST_CASE("truncated and flipped archives give an error or the same network") {
  const Bytes good = SampleArchive();
  REQUIRE(ReadKeras(good).ok());
  for (std::size_t size = 0; size < good.size(); size += 37) {
    CHECK(!ReadKeras(std::span(good).first(size)).ok());
  }
  for (std::size_t i = 0; i < good.size(); i += 5) {
    Bytes flipped = good;
    flipped[i] ^= static_cast<std::uint8_t>(1 << i % 8);
    const auto network = ReadKeras(flipped);
    if (!network.ok()) CHECK(!network.error().detail.empty());
  }
}

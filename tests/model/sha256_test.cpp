#include "model/sha256.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>
#include <vector>

using namespace echolens;

namespace {

std::span<const std::uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

// NIST: FIPS 180-4 example computations and the SHA-256 test vectors of CAVP.
TEST_CASE("SHA-256 gives NIST's answers") {
  CHECK(Sha256Hex({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha256Hex(Bytes("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256Hex(Bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(Sha256Hex(Bytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnop"
                        "jklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")) ==
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(Sha256Hex(std::vector<std::uint8_t>(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how the bytes come in") {
  std::vector<std::uint8_t> bytes(300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  Sha256 whole;
  whole.Update(bytes);
  const auto digest = whole.Finish();
  for (const std::size_t part : {1u, 55u, 56u, 63u, 64u, 65u, 128u, 299u}) {
    Sha256 parts;
    for (std::size_t at = 0; at < bytes.size(); at += part) {
      parts.Update(std::span(bytes).subspan(at, std::min(part, bytes.size() - at)));
    }
    CHECK(parts.Finish() == digest);
  }
}

TEST_CASE("SHA-256 of two that differ in how they begin, both at once") {
  std::vector<std::uint8_t> one(400), other;
  for (std::size_t i = 0; i < one.size(); ++i) one[i] = static_cast<std::uint8_t>(i * 7);
  for (const std::size_t start : {0u, 1u, 63u, 64u, 65u, 128u, 390u}) {
    other = one;
    std::fill_n(other.begin(), start, std::uint8_t{1});
    for (const std::size_t part : {1u, 55u, 63u, 64u, 65u, 128u, 400u}) {
      Sha256 first, second;
      first.Update(std::span(one).first(start));
      second.Update(std::span(other).first(start));
      for (std::size_t at = start; at < one.size(); at += part) {
        Sha256::UpdateBoth(first, second,
                           std::span(one).subspan(at, std::min(part, one.size() - at)));
      }
      CHECK(Hex(first.Finish()) == Sha256Hex(one));
      CHECK(Hex(second.Finish()) == Sha256Hex(other));
    }
  }
}

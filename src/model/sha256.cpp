#include "model/sha256.h"

#include <algorithm>
#include <bit>

namespace echolens {
namespace {

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS
// 180-4, 4.2.2).
constexpr std::array<std::uint32_t, 64> kRound{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

}  // namespace

void Sha256::Update(std::span<const std::uint8_t> bytes) {
  std::size_t filled = length_ % buffer_.size();
  length_ += bytes.size();
  while (!bytes.empty()) {
    if (filled == 0 && bytes.size() >= buffer_.size()) {
      Mix(ScheduleOf(bytes.data()));
      bytes = bytes.subspan(buffer_.size());
      continue;
    }
    const std::size_t count = std::min(bytes.size(), buffer_.size() - filled);
    std::copy_n(bytes.begin(), count, buffer_.begin() + static_cast<std::ptrdiff_t>(filled));
    bytes = bytes.subspan(count);
    filled = (filled + count) % buffer_.size();
    if (filled == 0) Mix(ScheduleOf(buffer_.data()));
  }
}

void Sha256::UpdateBoth(Sha256& one, Sha256& other, std::span<const std::uint8_t> bytes) {
  const std::size_t size = one.buffer_.size(), filled = one.length_ % size;
  const std::size_t head = std::min(bytes.size(), filled == 0 ? 0 : size - filled);
  one.Update(bytes.first(head));
  other.Update(bytes.first(head));
  bytes = bytes.subspan(head);
  for (; bytes.size() >= size; bytes = bytes.subspan(size)) {
    const Schedule schedule = ScheduleOf(bytes.data());
    for (Sha256* sum : {&one, &other}) {
      sum->Mix(schedule);
      sum->length_ += size;
    }
  }
  one.Update(bytes);
  other.Update(bytes);
}

std::array<std::uint8_t, 32> Sha256::Finish() {
  const std::uint64_t bits = length_ * 8;
  constexpr std::uint8_t kEnd = 0x80, kZero = 0;
  Update({&kEnd, 1});
  while (length_ % buffer_.size() != buffer_.size() - sizeof bits) Update({&kZero, 1});
  std::array<std::uint8_t, sizeof bits> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  }
  Update(length);

  std::array<std::uint8_t, 32> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

Sha256::Schedule Sha256::ScheduleOf(const std::uint8_t* block) {
  Schedule w;
  for (std::size_t t = 0; t < 16; ++t) {
    w[t] = std::uint32_t{block[4 * t]} << 24 | std::uint32_t{block[4 * t + 1]} << 16 |
           std::uint32_t{block[4 * t + 2]} << 8 | std::uint32_t{block[4 * t + 3]};
  }
  for (std::size_t t = 16; t < 64; ++t) {
    const std::uint32_t a = w[t - 15], b = w[t - 2];
    w[t] = w[t - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) + w[t - 7] +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
  }
  return w;
}

void Sha256::Mix(const Schedule& schedule) {
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t t = 0; t < schedule.size(); ++t) {
    const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                             ((e & f) ^ (~e & g)) + kRound[t] + schedule[t];
    const std::uint32_t t2 =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1;
    d = c, c = b, b = a, a = t1 + t2;
  }
  const State mixed{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] += mixed[i];
}

std::string Hex(const std::array<std::uint8_t, 32>& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string Sha256Hex(std::span<const std::uint8_t> bytes) {
  Sha256 sha;
  sha.Update(bytes);
  return Hex(sha.Finish());
}

}  // namespace echolens

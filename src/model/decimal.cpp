#include "model/decimal.h"

#include <array>
#include <bit>
#include <compare>
#include <cstdint>

namespace echolens {
namespace {

// A whole number under 2^1152: the largest that a double needs has fewer than 1140 bits.
class Whole {
 public:
  Whole(std::uint64_t value, int shift) {
    for (int bit = 0; bit < 64; ++bit) {
      if ((value >> bit & 1) == 0) continue;
      const auto at = static_cast<std::size_t>(bit + shift);
      words_[at / 32] |= std::uint32_t{1} << at % 32;
    }
  }

  void TimesTen() {
    std::uint64_t carry = 0;
    for (std::uint32_t& word : words_) {
      carry += std::uint64_t{word} * 10;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }

  Whole operator+(const Whole& other) const {
    Whole sum = *this;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      carry += std::uint64_t{words_[i]} + other.words_[i];
      sum.words_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    return sum;
  }

  // The other is not larger.
  void Subtract(const Whole& other) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t difference = std::uint64_t{words_[i]} - other.words_[i] - borrow;
      words_[i] = static_cast<std::uint32_t>(difference);
      borrow = difference >> 63;
    }
  }

  std::strong_ordering operator<=>(const Whole& other) const {
    for (std::size_t i = words_.size(); i-- > 0;) {
      if (words_[i] != other.words_[i]) return words_[i] <=> other.words_[i];
    }
    return std::strong_ordering::equal;
  }

 private:
  std::array<std::uint32_t, 36> words_{};  // the lowest first
};

// `mantissa` × 2^exponent; the next smaller number is half as far as the next larger one when
// `closer_below`. The names are the paper's: the number is r / s, and whatever is between
// (r - below) / s and (r + above) / s reads back as it.
Decimal Shortest(std::uint64_t mantissa, int exponent, bool closer_below) {
  const int up = exponent > 0 ? exponent : 0, down = exponent < 0 ? -exponent : 0;
  const int extra = closer_below ? 1 : 0;
  Whole r(mantissa, up + 1 + extra), s(1, down + 1 + extra);
  Whole above(1, up + extra), below(1, up);
  const bool ends_too = mantissa % 2 == 0;  // halves are read as the even mantissa
  const auto too_high = [&](const Whole& high) { return ends_too ? high >= s : high > s; };

  Decimal decimal{"", 0};
  for (; too_high(r + above); ++decimal.point) s.TimesTen();
  for (;; --decimal.point) {
    r.TimesTen(), above.TimesTen(), below.TimesTen();
    if (too_high(r + above)) break;
  }
  for (;;) {
    char digit = '0';
    for (; r >= s; ++digit) r.Subtract(s);
    const bool low_enough = ends_too ? r <= below : r < below;
    const bool high_enough = too_high(r + above);
    if (low_enough || high_enough) {
      const auto half = r + r <=> s;
      const bool nearer_above = half > 0 || (half == 0 && digit % 2 == 1);
      if (high_enough && (!low_enough || nearer_above)) ++digit;
      decimal.digits += digit;
      return decimal;
    }
    decimal.digits += digit;
    r.TimesTen(), above.TimesTen(), below.TimesTen();
  }
}

// IEEE 754: the stored mantissa has `width` bits, below an exponent that is `bias` too high.
Decimal ShortestOf(std::uint64_t bits, int width, int bias) {
  const std::uint64_t hidden = std::uint64_t{1} << width;
  const std::uint64_t fraction = bits & (hidden - 1);
  const auto stored = static_cast<int>(bits >> width);
  if (stored == 0) return Shortest(fraction, 1 - bias - width, false);
  return Shortest(fraction | hidden, stored - bias - width, fraction == 0 && stored > 1);
}

}  // namespace

Decimal ShortestDecimal(double number) {
  return ShortestOf(std::bit_cast<std::uint64_t>(number), 52, 1023);
}

Decimal ShortestDecimal(float number) {
  return ShortestOf(std::bit_cast<std::uint32_t>(number), 23, 127);
}

}  // namespace echolens

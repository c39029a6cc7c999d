#include "model/decimal.h"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace echolens {
namespace {

// "d.ddde±xx", as std::to_chars lays it out.
std::string Scientific(const Decimal& decimal) {
  std::string text = decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
  const int exponent = decimal.point - 1;
  const std::string power = std::to_string(std::abs(exponent));
  return text + (exponent < 0 ? "e-" : "e+") + (power.size() < 2 ? "0" : "") + power;
}

template <class T>
void Check(T number) {
  CAPTURE(number);
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific);
  CHECK(Scientific(ShortestDecimal(number)) == std::string(text, end.ptr));
}

// The standard library has the same in another way.
template <class T, class Bits>
void CheckAll(int powers) {
  using Limits = std::numeric_limits<T>;
  for (const T number : {Limits::denorm_min(), Limits::min(), Limits::max(), Limits::epsilon(),
                         T{1}, T{0.1F}, T{4.35F}, T{2097152.25F}, T{16777215}}) {
    Check(number);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const T number = std::fabs(std::bit_cast<T>(static_cast<Bits>(random())));
    if (std::isfinite(number) && number > 0) Check(number);
    Check(static_cast<T>(static_cast<double>(random() >> 11) * 0x1p-53) + Limits::min());
    Check(static_cast<T>(random() % 1'000'000 + 1) / 1000);
  }
  for (int power = -powers; power < powers; ++power) {
    const T number = std::ldexp(T{1}, power);  // here the gap below is half the gap above
    Check(number);
    Check(std::nextafter(number, T{0}) + Limits::denorm_min());
    Check(std::nextafter(number, Limits::max()));
  }
}

TEST_CASE("a double has the shortest decimal") {
  CheckAll<double, std::uint64_t>(1023);
  // Halves between two shortest decimals go to the even digit.
  CHECK(ShortestDecimal(1125899906842624.25).digits == "11258999068426242");
  CHECK(ShortestDecimal(1125899906842624.75).digits == "11258999068426248");
  CHECK(ShortestDecimal(9007199254740993.0).digits == "9007199254740992");
}

TEST_CASE("a float has the shortest decimal of its own") {
  CheckAll<float, std::uint32_t>(126);
  CHECK(ShortestDecimal(0.1F).digits == "1");
  CHECK(ShortestDecimal(static_cast<double>(0.1F)).digits == "10000000149011612");
}

}  // namespace
}  // namespace echolens

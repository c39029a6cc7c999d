// The shortest decimal of a binary number. std::to_chars would do, but brings 100 kB of tables into
// the WebAssembly build, a quarter of its download.
#pragma once

#include <string>

namespace echolens {

// 0.d1d2d3… × 10^point, d1 not 0.
struct Decimal {
  std::string digits;
  int point;
};

// The fewest digits that read back as the same number, and of those the closest to it, halves to
// the even digit: what JavaScript prints. Burger and Dybvig, "Printing Floating-Point Numbers
// Quickly and Accurately" (1996), the free-format algorithm. The number is positive and finite.
Decimal ShortestDecimal(double number);
Decimal ShortestDecimal(float number);

}  // namespace echolens

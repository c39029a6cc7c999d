// SHA-256 (FIPS 180-4).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace echolens {

class Sha256 {
 public:
  void Update(std::span<const std::uint8_t> bytes);
  // The same bytes into two sums that have as many behind them, for three quarters of the work:
  // what is mixed in of a block is made once.
  static void UpdateBoth(Sha256& one, Sha256& other, std::span<const std::uint8_t> bytes);
  std::array<std::uint8_t, 32> Finish();  // once

 private:
  using State = std::array<std::uint32_t, 8>;
  using Schedule = std::array<std::uint32_t, 64>;
  static Schedule ScheduleOf(const std::uint8_t* block);
  void Mix(const Schedule& schedule);
  State state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> buffer_{};
  std::uint64_t length_ = 0;
};

// 64 lower-case hexadecimal digits.
std::string Hex(const std::array<std::uint8_t, 32>& digest);
std::string Sha256Hex(std::span<const std::uint8_t> bytes);

}  // namespace echolens

// How often a tensor took on which values, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "convert/quantise.h"

namespace echolens::convert {

// Bins of one width, a power of two, from any number up and down. When they would be more than
// kMostBins, the width doubles and neighbours are joined: no first pass over the images is needed.
class Histogram {
 public:
  static constexpr std::int64_t kMostBins = 4096;

  // Finite values.
  void Add(std::span<const float> values);

  bool empty() const { return total_ == 0; }
  const Range& range() const { return range_; }  // of all values

  // What lies between two bins' edges: all but a share of 1 − `share` at either end (.9999: one
  // value in ten thousand above, one below). At most range().
  Range Percentile(double share) const;

  // The range in which `steps` equal steps lose least: the squares of what is clipped at the ends
  // and step² / 12 for every value between, zeros apart, which int8 stores exactly. Holds 0 and is
  // no larger than range() with 0.
  Range LeastSquares(int steps) const;

 private:
  std::int64_t Bin(float value) const;
  void MakeRoom(const Range& range);
  double Edge(std::size_t bin) const;  // lower

  int exponent_ = 0;        // bins are 2^exponent_ wide
  std::int64_t first_ = 0;  // of counts_[0]: its lower edge is first_ · 2^exponent_
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0, zeros_ = 0;
  Range range_;
};

}  // namespace echolens::convert

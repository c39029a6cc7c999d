#include "convert/quantise/histogram.h"

#include <algorithm>
#include <cmath>

namespace echolens::convert {
namespace {

// 2^-140 is the smallest float that matters; a width below would not be met by any value.
constexpr int kSmallestExponent = -140;

std::int64_t Half(std::int64_t bin) { return bin >= 0 ? bin / 2 : (bin - 1) / 2; }

}  // namespace

std::int64_t Histogram::Bin(float value) const {
  return static_cast<std::int64_t>(std::floor(std::ldexp(double{value}, -exponent_)));
}

double Histogram::Edge(std::size_t bin) const {
  return std::ldexp(static_cast<double>(first_ + static_cast<std::int64_t>(bin)), exponent_);
}

// Widens the bins until `range` fits, then the bins there are to all of it.
void Histogram::MakeRoom(const Range& range) {
  if (counts_.empty()) {
    const double width = std::max(double{range.max} - range.min, std::ldexp(1, kSmallestExponent));
    // Bins near the largest magnitude must still be told apart as integers.
    const double peak = std::max(std::abs(double{range.max}), std::abs(double{range.min}));
    exponent_ = std::max({kSmallestExponent, std::ilogb(width / static_cast<double>(kMostBins)) + 1,
                          peak > 0 ? std::ilogb(peak) - 50 : kSmallestExponent});
    first_ = Bin(range.min);
  }
  std::int64_t low = std::min(first_, Bin(range.min));
  std::int64_t high =
      std::max(first_ + static_cast<std::int64_t>(counts_.size()) - 1, Bin(range.max));
  while (high - low >= kMostBins) {
    std::vector<std::uint64_t> joined(counts_.size() / 2 + 2);
    const std::int64_t first = Half(first_);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const std::int64_t bin = Half(first_ + static_cast<std::int64_t>(i)) - first;
      joined[static_cast<std::size_t>(bin)] += counts_[i];
    }
    counts_ = std::move(joined);
    first_ = first;
    ++exponent_;
    low = Half(low);
    high = Half(high);
  }
  counts_.insert(counts_.begin(), static_cast<std::size_t>(first_ - low), 0);
  first_ = low;
  counts_.resize(static_cast<std::size_t>(high - low) + 1);
}

void Histogram::Add(std::span<const float> values) {
  if (values.empty()) return;
  const auto [low, high] = std::ranges::minmax(values);
  range_ =
      total_ == 0 ? Range{low, high} : Range{std::min(range_.min, low), std::max(range_.max, high)};
  MakeRoom(range_);
  // No value is below the first bin, so cutting off is rounding down. A power of two scales
  // exactly.
  const double per_width = std::ldexp(1.0, -exponent_), first = static_cast<double>(first_);
  for (const float value : values) {
    ++counts_[static_cast<std::size_t>(value * per_width - first)];
    zeros_ += value == 0 ? 1 : 0;
  }
  total_ += values.size();
}

Range Histogram::Percentile(double share) const {
  if (empty()) return {};
  const double outside = (1 - share) * static_cast<double>(total_);
  std::size_t low = 0, high = counts_.size() - 1;
  for (auto below = static_cast<double>(counts_[low]); below <= outside && low < high;) {
    below += static_cast<double>(counts_[++low]);
  }
  for (auto above = static_cast<double>(counts_[high]); above <= outside && high > low;) {
    above += static_cast<double>(counts_[--high]);
  }
  return {std::max(range_.min, static_cast<float>(Edge(low))),
          std::min(range_.max, static_cast<float>(Edge(high + 1)))};
}

Range Histogram::LeastSquares(int steps) const {
  if (empty()) return {};
  const Range whole{std::min(range_.min, 0.0F), std::max(range_.max, 0.0F)};
  // Sums over the bins below each edge of 1, x and x² (x: a bin's middle), so that what any range
  // clips is known at once.
  const std::size_t bins = counts_.size();
  std::vector<double> count(bins + 1), sum(bins + 1), squares(bins + 1);
  for (std::size_t i = 0; i < bins; ++i) {
    const double x = (Edge(i) + Edge(i + 1)) / 2;
    const bool holds_zero = Edge(i) <= 0 && Edge(i + 1) > 0;
    const auto n = static_cast<double>(counts_[i] - (holds_zero ? zeros_ : 0));
    count[i + 1] = count[i] + n;
    sum[i + 1] = sum[i] + n * x;
    squares[i + 1] = squares[i] + n * x * x;
  }
  const auto clipped = [&](std::size_t from, std::size_t to, double bound) {
    return squares[to] - squares[from] - 2 * bound * (sum[to] - sum[from]) +
           bound * bound * (count[to] - count[from]);
  };
  const auto edge = [&](std::size_t i) {
    return std::clamp(Edge(i), double{whole.min}, double{whole.max});
  };
  const auto loss = [&](std::size_t low, std::size_t high) {
    const double step = (edge(high) - edge(low)) / steps;
    return clipped(0, low, edge(low)) + clipped(high, bins, edge(high)) +
           step * step / 12 * (count[high] - count[low]);
  };

  // One end after the other, as both seldom matter at once. Neither passes 0.
  std::size_t low = 0, high = bins;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 1; i <= bins; ++i) {
      if (Edge(i) > 0 && loss(low, i) < loss(low, high)) high = i;
    }
    for (std::size_t i = 0; i < high; ++i) {
      if (Edge(i) <= 0 && loss(i, high) < loss(low, high)) low = i;
    }
  }
  return {std::min(static_cast<float>(edge(low)), 0.0F),
          std::max(static_cast<float>(edge(high)), 0.0F)};
}

}  // namespace echolens::convert

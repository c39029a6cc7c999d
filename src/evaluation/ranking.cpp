#include "evaluation/ranking.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>

namespace echolens {
namespace {

std::vector<Scored> FromHighToLow(std::span<const Scored> scored) {
  std::vector<Scored> sorted(scored.begin(), scored.end());
  std::ranges::sort(sorted, std::ranges::greater{}, &Scored::score);
  return sorted;
}

// Groups by number: 0, 1, … in the order of their first picture. Returns how many there are.
std::size_t NumberGroups(std::vector<Scored>& scored) {
  std::unordered_map<std::size_t, std::size_t> numbers;
  for (Scored& picture : scored)
    picture.group = numbers.try_emplace(picture.group, numbers.size()).first->second;
  return numbers.size();
}

// The AUC of sorted pictures that each count as often as their group does. Whole numbers all the
// way, so it does not depend on the order. Nothing where a kind is missing.
std::optional<double> WeightedAuc(std::span<const Scored> sorted,
                                  std::span<const std::uint32_t> weights) {
  std::uint64_t positives = 0, negatives = 0, twice_won = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    const double score = sorted[i].score;
    std::uint64_t positive = 0, negative = 0;  // of this score
    for (; i < sorted.size() && sorted[i].score == score; ++i)
      (sorted[i].positive ? positive : negative) += weights[sorted[i].group];
    twice_won += negative * (2 * positives + positive);
    positives += positive;
    negatives += negative;
  }
  if (positives == 0 || negatives == 0) return {};
  return static_cast<double>(twice_won) / 2 /
         (static_cast<double>(positives) * static_cast<double>(negatives));
}

class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  // 0 … count - 1, count below 2^32.
  std::size_t Below(std::size_t count) {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z ^= z >> 31;
    return static_cast<std::size_t>(((z >> 32) * std::uint64_t{count}) >> 32);
  }

 private:
  std::uint64_t state_;
};

// Of sorted values, one or more.
double Quantile(std::span<const double> sorted, double q) {
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - static_cast<double>(below));
}

}  // namespace

Result<double> Auc(std::span<const Scored> scored) {
  ECHOLENS_CHECK(CheckBothKinds(scored));
  std::vector<Scored> sorted = FromHighToLow(scored);
  for (Scored& picture : sorted) picture.group = 0;
  constexpr std::uint32_t kOnce = 1;
  return *WeightedAuc(sorted, {&kOnce, 1});
}

Result<Interval> AucInterval(std::span<const Scored> scored, const Resampling& resampling) {
  ECHOLENS_ASSIGN(const double auc, Auc(scored));
  std::vector<Scored> pictures(scored.begin(), scored.end());
  const std::size_t groups = NumberGroups(pictures);
  if (groups < 2 || std::uint64_t{groups} >> 32 != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "an interval by group takes two groups or more, got " + std::to_string(groups)};
  }
  const std::vector<Scored> sorted = FromHighToLow(pictures);
  SplitMix64 random(resampling.seed);
  std::vector<double> aucs;
  std::vector<std::uint32_t> drawn(groups);
  for (std::size_t i = 0; i < resampling.count; ++i) {
    std::ranges::fill(drawn, 0);
    for (std::size_t draw = 0; draw < groups; ++draw) ++drawn[random.Below(groups)];
    if (const auto resampled = WeightedAuc(sorted, drawn)) aucs.push_back(*resampled);
  }
  if (aucs.empty()) {
    return Error{ErrorCode::kInvalidArgument, "none of " + std::to_string(resampling.count) +
                                                  " resamples has positive and negative pictures"};
  }
  std::ranges::sort(aucs);
  return Interval{auc, Quantile(aucs, .025), Quantile(aucs, .975)};
}

Result<std::vector<RocPoint>> RocCurve(std::span<const Scored> scored) {
  ECHOLENS_CHECK(CheckBothKinds(scored));
  const std::vector<Scored> sorted = FromHighToLow(scored);
  const auto positives = static_cast<double>(std::ranges::count(sorted, true, &Scored::positive));
  const double negatives = static_cast<double>(sorted.size()) - positives;
  std::vector<RocPoint> curve{{std::numeric_limits<double>::infinity(), 0, 0}};
  double above_positive = 0, above_negative = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    ++(sorted[i].positive ? above_positive : above_negative);
    if (i + 1 < sorted.size() && sorted[i + 1].score == sorted[i].score) continue;
    curve.push_back({sorted[i].score, above_negative / negatives, above_positive / positives});
  }
  return curve;
}

}  // namespace echolens

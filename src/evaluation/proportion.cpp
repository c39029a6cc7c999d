#include "evaluation/proportion.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace echolens {

Result<Interval> Proportion(std::size_t hits, std::size_t of) {
  if (of == 0 || hits > of) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(hits) + " of " + std::to_string(of) + " is no share"};
  }
  constexpr double kZ = 1.959963984540054;  // of 95 %
  const auto n = static_cast<double>(of);
  const double share = static_cast<double>(hits) / n;
  const double shrink = 1 + kZ * kZ / n;
  const double centre = (share + kZ * kZ / (2 * n)) / shrink;
  const double reach = kZ / shrink * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  return Interval{share, hits == 0 ? 0 : std::max(centre - reach, 0.0),
                  hits == of ? 1 : std::min(centre + reach, 1.0)};
}

Split SplitAt(std::span<const Scored> scored, double threshold) {
  Split split;
  for (const Scored& picture : scored) {
    const bool called = picture.score >= threshold;
    if (picture.positive) {
      ++(called ? split.true_positives : split.false_negatives);
    } else {
      ++(called ? split.false_positives : split.true_negatives);
    }
  }
  return split;
}

Result<Interval> Sensitivity(const Split& split) {
  const std::size_t positives = split.true_positives + split.false_negatives;
  if (positives > 0) return Proportion(split.true_positives, positives);
  return Error{ErrorCode::kInvalidArgument, "there is no positive picture to be sensitive to"};
}

Result<Interval> Specificity(const Split& split) {
  const std::size_t negatives = split.true_negatives + split.false_positives;
  if (negatives > 0) return Proportion(split.true_negatives, negatives);
  return Error{ErrorCode::kInvalidArgument, "there is no negative picture to be specific for"};
}

}  // namespace echolens

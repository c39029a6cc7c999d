// Shares with their intervals, and what a threshold does.
#pragma once

#include <cstddef>
#include <span>

#include "evaluation/predictions.h"
#include "result.h"

namespace echolens {

// A measured number and its 95 % interval.
struct Interval {
  double value = 0, lower = 0, upper = 0;
};

// hits / of with Wilson's score interval (Wilson 1927; no continuity correction), which takes the
// pictures as independent. Errors: kInvalidArgument when `of` is 0 or smaller than `hits`.
Result<Interval> Proportion(std::size_t hits, std::size_t of);

// The pictures on either side of a threshold.
struct Split {
  std::size_t true_positives = 0, false_negatives = 0;  // of the positive ones
  std::size_t false_positives = 0, true_negatives = 0;  // of the negative ones
};

// Called positive is what scores `threshold` or more.
Split SplitAt(std::span<const Scored> scored, double threshold);

// The share of positive pictures that are called so. Errors: kInvalidArgument when there are none.
Result<Interval> Sensitivity(const Split& split);

// The share of negative pictures that are called so. Errors: kInvalidArgument when there are none.
Result<Interval> Specificity(const Split& split);

}  // namespace echolens

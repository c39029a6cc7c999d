// How well scores put positive pictures above negative ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/predictions.h"
#include "evaluation/proportion.h"
#include "result.h"

namespace echolens {

// The area under the ROC curve: the chance that a positive picture scores higher than a negative
// one, equal scores counting half (Hanley and McNeil 1982). Errors: those of CheckBothKinds.
Result<double> Auc(std::span<const Scored> scored);

// How the interval of an AUC is drawn.
struct Resampling {
  std::size_t count = 2000;
  std::uint64_t seed = 1;
};

// The AUC and its 95 % percentile interval by cluster bootstrap: of G groups, in the order of their
// first picture, each resample draws G with replacement and takes all pictures of each drawn one,
// as often as it was drawn. Resamples without a positive or without a negative picture are left
// out. The ends are the quantiles .025 and .975 of the resamples' AUCs, interpolated linearly
// between the neighbours of rank q (n - 1), as NumPy's quantile does.
//
// The draws come from SplitMix64 (Steele, Lea and Flood 2014): its state starts at the seed and,
// for each draw, modulo 2^64,
//   state += 0x9E3779B97F4A7C15
//   z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9
//   z = (z ^ z >> 27) * 0x94D049BB133111EB
//   z = z ^ z >> 31
// and the drawn group is (z >> 32) * G >> 32.
//
// Errors: those of Auc; kInvalidArgument when there are fewer than two groups (or 2^32), or no
// resample has both kinds.
Result<Interval> AucInterval(std::span<const Scored> scored, const Resampling& resampling = {});

// Sensitivity against 1 - specificity where every picture that scores `threshold` or more is called
// positive.
struct RocPoint {
  double threshold = 0;  // infinite at the first point: nothing is called positive
  double false_positive_rate = 0, true_positive_rate = 0;
};

// From (0, 0) to (1, 1), a point a different score. Errors: those of CheckBothKinds.
Result<std::vector<RocPoint>> RocCurve(std::span<const Scored> scored);

}  // namespace echolens

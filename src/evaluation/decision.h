// What acting on the scores is worth, and what their mistakes cost.
#pragma once

#include <span>
#include <vector>

#include "evaluation/predictions.h"
#include "evaluation/proportion.h"
#include "result.h"

namespace echolens {

// Net benefit of acting on (a biopsy, a recall) what scores `threshold` or more: true positives
// minus false positives, one of these worth threshold / (1 - threshold), a picture. Acting on none
// has 0.
struct NetBenefit {
  double threshold = 0;
  double scores = 0;      // acting on the scores
  double everything = 0;  // acting on every picture
};

// The decision curve (Vickers and Elkin 2006). Errors: those of CheckProbabilities;
// kInvalidArgument for a threshold that is not within 0 … 1 or is 1.
Result<std::vector<NetBenefit>> DecisionCurve(std::span<const Scored> scored,
                                              std::span<const double> thresholds);

// Of 1,000 women, of whom a share has cancer: how many of these are missed, and how many of the
// others get a false alarm.
struct MistakeCost {
  double prevalence = 0;
  Interval missed, false_alarms;
};

// From what was measured at an operating point; the intervals are those of sensitivity and
// specificity. It supposes that both hold for the women asked about. Errors: kInvalidArgument when
// the prevalence or a share is not within 0 … 1.
Result<MistakeCost> CostOfMistakes(const Interval& sensitivity, const Interval& specificity,
                                   double prevalence);

}  // namespace echolens

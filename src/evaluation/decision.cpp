#include "evaluation/decision.h"

#include <string>

#include "model/graph.h"

namespace echolens {
namespace {

Status CheckShare(const char* name, double share) {
  if (share >= 0 && share <= 1) return Ok();
  return Error{ErrorCode::kInvalidArgument,
               std::string(name) + " is " + NumberText(share) + ", expected 0 to 1"};
}

Status CheckInterval(const char* name, const Interval& interval) {
  for (const double share : {interval.value, interval.lower, interval.upper})
    ECHOLENS_CHECK(CheckShare(name, share));
  return Ok();
}

// 1,000 * share * (1 - rate): the larger the rate, the fewer the mistakes.
Interval PerThousand(double share, const Interval& rate) {
  const double women = 1000 * share;
  return {women * (1 - rate.value), women * (1 - rate.upper), women * (1 - rate.lower)};
}

}  // namespace

Result<std::vector<NetBenefit>> DecisionCurve(std::span<const Scored> scored,
                                              std::span<const double> thresholds) {
  ECHOLENS_CHECK(CheckProbabilities(scored));
  std::vector<NetBenefit> curve;
  const auto all = static_cast<double>(scored.size());
  for (const double threshold : thresholds) {
    if (!(threshold >= 0 && threshold < 1)) {
      return Error{ErrorCode::kInvalidArgument, "a decision threshold is " + NumberText(threshold) +
                                                    ", expected 0 or more and below 1"};
    }
    const Split split = SplitAt(scored, threshold);
    const double odds = threshold / (1 - threshold);
    const auto positives = static_cast<double>(split.true_positives + split.false_negatives);
    curve.push_back({threshold,
                     static_cast<double>(split.true_positives) / all -
                         static_cast<double>(split.false_positives) / all * odds,
                     positives / all - (all - positives) / all * odds});
  }
  return curve;
}

Result<MistakeCost> CostOfMistakes(const Interval& sensitivity, const Interval& specificity,
                                   double prevalence) {
  ECHOLENS_CHECK(CheckShare("the prevalence", prevalence));
  ECHOLENS_CHECK(CheckInterval("the sensitivity", sensitivity));
  ECHOLENS_CHECK(CheckInterval("the specificity", specificity));
  return MistakeCost{prevalence, PerThousand(prevalence, sensitivity),
                     PerThousand(1 - prevalence, specificity)};
}

}  // namespace echolens

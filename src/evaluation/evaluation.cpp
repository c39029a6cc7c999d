#include "evaluation/evaluation.h"

#include <unordered_set>
#include <utility>

namespace echolens {
namespace {

Status CheckLabel(const std::string& what, std::size_t label, std::size_t labels) {
  if (label < labels) return Ok();
  return Error{ErrorCode::kInvalidArgument, what + " is label " + std::to_string(label) +
                                                ", expected one under " + std::to_string(labels)};
}

Result<Interval> GroupedAuc(std::span<const Scored> scored, const Resampling& resampling) {
  ECHOLENS_ASSIGN(const std::vector<Scored> means, GroupMeans(scored));
  return AucInterval(means, resampling);
}

PointFigures FiguresAt(const OperatingPoint& point, std::size_t positive,
                       std::span<const Prediction> predictions) {
  const std::vector<Scored> scored = AgainstRest(predictions, point.label);
  const Split split = SplitAt(scored, point.threshold);
  PointFigures figures{point, split, Sensitivity(split), Specificity(split), {}};
  if (point.label != positive || !figures.sensitivity.ok() || !figures.specificity.ok())
    return figures;
  for (const double prevalence : kPrevalences) {
    auto cost = CostOfMistakes(*figures.sensitivity, *figures.specificity, prevalence);
    if (cost.ok()) figures.costs.push_back(*cost);
  }
  return figures;
}

std::vector<double> WholePercents() {
  std::vector<double> thresholds;
  for (int percent = 1; percent < 100; ++percent) thresholds.push_back(percent / 100.0);
  return thresholds;
}

}  // namespace

Result<Evaluation> Evaluate(std::span<const Prediction> predictions,
                            const std::vector<std::string>& labels, std::size_t positive,
                            std::optional<std::size_t> negative,
                            std::span<const OperatingPoint> points, const Resampling& resampling) {
  ECHOLENS_CHECK(CheckPredictions(predictions, labels.size()));
  ECHOLENS_CHECK(CheckLabel("the class asked for", positive, labels.size()));
  if (negative) ECHOLENS_CHECK(CheckLabel("the other class", *negative, labels.size()));
  std::vector<PointFigures> at_points;
  for (const OperatingPoint& point : points) {
    ECHOLENS_CHECK(CheckLabel("the operating point's class", point.label, labels.size()));
    at_points.push_back(FiguresAt(point, positive, predictions));
  }

  const std::vector<Scored> rest = AgainstRest(predictions, positive);
  Result<Interval> auc_negative = Error{ErrorCode::kInvalidArgument, "there is no other class"};
  if (negative)
    auc_negative = AucInterval(AgainstClass(predictions, positive, *negative), resampling);
  std::unordered_set<std::size_t> groups;
  for (const Prediction& prediction : predictions) groups.insert(prediction.group);

  ECHOLENS_ASSIGN(std::vector<ReliabilityBin> called_bins, Reliability(CalledRight(predictions)));
  ECHOLENS_ASSIGN(std::vector<ReliabilityBin> positive_bins, Reliability(rest));
  ECHOLENS_ASSIGN(const double brier, BrierScore(predictions, labels.size()));
  ECHOLENS_ASSIGN(const double positive_brier, BrierScore(rest));
  ECHOLENS_ASSIGN(std::vector<NetBenefit> decision_curve, DecisionCurve(rest, WholePercents()));
  const double called_error = CalibrationError(called_bins);
  const double positive_error = CalibrationError(positive_bins);
  return Evaluation{labels,
                    positive,
                    negative,
                    predictions.size(),
                    groups.size(),
                    AucInterval(rest, resampling),
                    std::move(auc_negative),
                    GroupedAuc(rest, resampling),
                    Confusion(predictions, labels.size()),
                    std::move(at_points),
                    std::move(called_bins),
                    std::move(positive_bins),
                    called_error,
                    positive_error,
                    brier,
                    positive_brier,
                    RocCurve(rest),
                    std::move(decision_curve)};
}

}  // namespace echolens

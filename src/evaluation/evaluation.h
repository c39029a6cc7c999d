// All figures of one set of predictions: what `echolens evaluate` prints and a page may show.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluation/calibration.h"
#include "evaluation/confusion.h"
#include "evaluation/decision.h"
#include "evaluation/predictions.h"
#include "evaluation/proportion.h"
#include "evaluation/ranking.h"
#include "model/metadata.h"
#include "result.h"

namespace echolens {

// Prevalences for which the cost of mistakes is told: low, middling, and as in sets of lesions that
// went to biopsy (32 % of BUS-BRA's are malignant).
inline constexpr double kPrevalences[] = {.01, .1, .32};

struct PointFigures {
  OperatingPoint point;
  Split split;  // of its label against the rest
  Result<Interval> sensitivity, specificity;
  std::vector<MistakeCost> costs;  // one a prevalence, of a point that calls the positive label
};

struct Evaluation {
  std::vector<std::string> labels;
  std::size_t positive = 0;             // the label that AUC and decision curve ask for
  std::optional<std::size_t> negative;  // the label it is told apart from, where there is one
  std::size_t pictures = 0, groups = 0;

  // Figures that a set may lack (no positive picture, one group only) hold the reason instead.
  Result<Interval> auc_rest;          // the positive label against the rest
  Result<Interval> auc_negative;      // against `negative`
  Result<Interval> auc_rest_grouped;  // the mean of each group, against the rest
  Confusion confusion;
  std::vector<PointFigures> points;
  std::vector<ReliabilityBin> called_bins, positive_bins;  // CalledRight and AgainstRest
  double called_error = 0, positive_error = 0;             // their CalibrationError
  double brier = 0, positive_brier = 0;
  Result<std::vector<RocPoint>> roc;       // against the rest
  std::vector<NetBenefit> decision_curve;  // against the rest, thresholds 1 % … 99 %
};

// `points`: the operating points to judge, usually the model's. Errors: those of CheckPredictions;
// kInvalidArgument when `positive`, `negative` or a point's label is none of the labels.
Result<Evaluation> Evaluate(std::span<const Prediction> predictions,
                            const std::vector<std::string>& labels, std::size_t positive,
                            std::optional<std::size_t> negative,
                            std::span<const OperatingPoint> points,
                            const Resampling& resampling = {});

}  // namespace echolens

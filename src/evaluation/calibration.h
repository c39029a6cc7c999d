// Do probabilities mean what they say?
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "evaluation/predictions.h"
#include "result.h"

namespace echolens {

// Guo et al. 2017, "On Calibration of Modern Neural Networks", use as many.
inline constexpr std::size_t kCalibrationBins = 15;

// The pictures with lower < score <= upper (the first bin has 0 as well).
struct ReliabilityBin {
  double lower = 0, upper = 0;
  std::size_t count = 0;
  double mean_score = 0;  // 0 in an empty bin, as the share
  double positives = 0;   // the share that is positive
};

// Bins of equal width over 0 … 1. Errors: those of CheckProbabilities; kInvalidArgument for no
// bins.
Result<std::vector<ReliabilityBin>> Reliability(std::span<const Scored> scored,
                                                std::size_t bins = kCalibrationBins);

// The expected calibration error (Naeini et al. 2015; Guo et al. 2017): how far mean score and
// share lie apart in a bin, on average over the pictures. Of CalledRight's scores it is the figure
// of that paper, of AgainstRest's the one of a single class.
double CalibrationError(std::span<const ReliabilityBin> bins);

// Brier 1950: the mean over pictures of (probability - what is so)^2, summed over the classes: 0 is
// perfect, 2 the worst. Errors: those of CheckPredictions.
Result<double> BrierScore(std::span<const Prediction> predictions, std::size_t classes);

// The same for a yes-or-no question, of the positive class alone: 0 … 1. Errors: those of
// CheckProbabilities.
Result<double> BrierScore(std::span<const Scored> scored);

}  // namespace echolens

#include "evaluation/calibration.h"

#include <algorithm>
#include <cmath>

namespace echolens {

Result<std::vector<ReliabilityBin>> Reliability(std::span<const Scored> scored, std::size_t bins) {
  ECHOLENS_CHECK(CheckProbabilities(scored));
  if (bins == 0) return Error{ErrorCode::kInvalidArgument, "no bins to put predictions into"};
  const auto edge = [&](std::size_t i) {
    return static_cast<double>(i) / static_cast<double>(bins);
  };
  std::vector<ReliabilityBin> table(bins);
  for (std::size_t i = 0; i < bins; ++i) table[i] = {edge(i), edge(i + 1), 0, 0, 0};
  for (const Scored& picture : scored) {
    const auto bin = std::ranges::lower_bound(table, picture.score, {}, &ReliabilityBin::upper);
    ++bin->count;
    bin->mean_score += picture.score;
    bin->positives += picture.positive ? 1 : 0;
  }
  for (ReliabilityBin& bin : table) {
    if (bin.count == 0) continue;
    bin.mean_score /= static_cast<double>(bin.count);
    bin.positives /= static_cast<double>(bin.count);
  }
  return table;
}

double CalibrationError(std::span<const ReliabilityBin> bins) {
  double sum = 0, count = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.mean_score - bin.positives);
    count += static_cast<double>(bin.count);
  }
  return count > 0 ? sum / count : 0;
}

Result<double> BrierScore(std::span<const Prediction> predictions, std::size_t classes) {
  ECHOLENS_CHECK(CheckPredictions(predictions, classes));
  double sum = 0;
  for (const Prediction& prediction : predictions) {
    for (std::size_t c = 0; c < classes; ++c) {
      const double off = prediction.probabilities[c] - (c == prediction.truth ? 1 : 0);
      sum += off * off;
    }
  }
  return sum / static_cast<double>(predictions.size());
}

Result<double> BrierScore(std::span<const Scored> scored) {
  ECHOLENS_CHECK(CheckProbabilities(scored));
  double sum = 0;
  for (const Scored& picture : scored) {
    const double off = picture.score - (picture.positive ? 1 : 0);
    sum += off * off;
  }
  return sum / static_cast<double>(scored.size());
}

}  // namespace echolens

#include "evaluation/predictions.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "model/graph.h"

namespace echolens {
namespace {

Error Wrong(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }

std::string Numbered(std::size_t i, const std::string& what) {
  return "prediction " + std::to_string(i + 1) + ": " + what;
}

bool IsProbability(double number) { return number >= 0 && number <= 1; }  // NaN is none

}  // namespace

Status CheckPrediction(const Prediction& prediction, std::size_t classes) {
  const auto& [truth, probabilities, group] = prediction;
  if (probabilities.size() != classes) {
    return Wrong(std::to_string(probabilities.size()) + " probabilities, expected " +
                 std::to_string(classes));
  }
  if (truth >= classes) {
    return Wrong("it is of class " + std::to_string(truth) + ", expected one under " +
                 std::to_string(classes));
  }
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (!IsProbability(probabilities[c])) {
      return Wrong("the probability of class " + std::to_string(c) + " is " +
                   NumberText(probabilities[c]) + ", expected 0 to 1");
    }
    sum += probabilities[c];
  }
  if (std::abs(sum - 1) <= kSumTolerance) return Ok();
  return Wrong("the probabilities are " + NumberText(sum) + " together, expected 1");
}

Status CheckPredictions(std::span<const Prediction> predictions, std::size_t classes) {
  if (predictions.empty()) return Wrong("there are no predictions");
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (const Status status = CheckPrediction(predictions[i], classes); !status.ok())
      return Wrong(Numbered(i, status.error().detail));
  }
  return Ok();
}

std::size_t CalledClass(const Prediction& prediction) {
  const std::vector<double>& p = prediction.probabilities;
  return static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
}

std::vector<Scored> AgainstRest(std::span<const Prediction> predictions, std::size_t positive) {
  std::vector<Scored> scored;
  for (const auto& [truth, probabilities, group] : predictions)
    scored.push_back({probabilities[positive], truth == positive, group});
  return scored;
}

std::vector<Scored> AgainstClass(std::span<const Prediction> predictions, std::size_t positive,
                                 std::size_t negative) {
  std::vector<Scored> scored;
  for (const auto& [truth, probabilities, group] : predictions) {
    if (truth != positive && truth != negative) continue;
    const double both = probabilities[positive] + probabilities[negative];
    scored.push_back({both > 0 ? probabilities[positive] / both : .5, truth == positive, group});
  }
  return scored;
}

std::vector<Scored> CalledRight(std::span<const Prediction> predictions) {
  std::vector<Scored> scored;
  for (const Prediction& prediction : predictions) {
    const std::size_t called = CalledClass(prediction);
    scored.push_back(
        {prediction.probabilities[called], called == prediction.truth, prediction.group});
  }
  return scored;
}

Result<std::vector<Scored>> GroupMeans(std::span<const Scored> scored) {
  std::vector<Scored> means;
  std::vector<std::size_t> sizes;
  std::unordered_map<std::size_t, std::size_t> places;  // of groups in `means`
  for (const Scored& picture : scored) {
    const auto [found, is_new] = places.try_emplace(picture.group, means.size());
    if (is_new) {
      means.push_back({0, picture.positive, picture.group});
      sizes.push_back(0);
    }
    Scored& mean = means[found->second];
    if (mean.positive != picture.positive) {
      return Wrong("a group has positive and negative pictures: it has no one answer");
    }
    mean.score += picture.score;
    ++sizes[found->second];
  }
  for (std::size_t i = 0; i < means.size(); ++i) means[i].score /= static_cast<double>(sizes[i]);
  return means;
}

Status CheckBothKinds(std::span<const Scored> scored) {
  std::size_t positives = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    if (!std::isfinite(scored[i].score)) {
      return Wrong(Numbered(
          i, "the score is " + NumberText(scored[i].score) + ", expected a finite number"));
    }
    if (scored[i].positive) ++positives;
  }
  if (positives > 0 && positives < scored.size()) return Ok();
  return Error{ErrorCode::kInvalidArgument, "there are " + std::to_string(positives) +
                                                " positive and " +
                                                std::to_string(scored.size() - positives) +
                                                " negative pictures, expected one or more of each"};
}

Status CheckProbabilities(std::span<const Scored> scored) {
  if (scored.empty()) return Wrong("there are no predictions");
  for (std::size_t i = 0; i < scored.size(); ++i) {
    if (!IsProbability(scored[i].score))
      return Wrong(
          Numbered(i, "the score is " + NumberText(scored[i].score) + ", expected 0 to 1"));
  }
  return Ok();
}

}  // namespace echolens

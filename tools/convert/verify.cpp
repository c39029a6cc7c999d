#include "convert/verify.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "convert/evaluate.h"
#include "reading/interpret.h"

namespace echolens::convert {
namespace {

Error Stopped() { return {ErrorCode::kInternal, "interrupted"}; }

std::vector<double> PutBack(std::vector<double> values, FinalActivation activation) {
  if (activation == FinalActivation::kSoftmax) return Probabilities(values, 1);
  for (double& value : values) value = 1 / (1 + Exp(-value));
  return values;
}

// The largest difference, over the largest expected magnitude where that is over 1. NaN counts as
// infinite.
double LargestDifference(const std::vector<double>& expected, const std::vector<double>& got) {
  double magnitude = 1, largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    magnitude = std::max(magnitude, std::abs(expected[i]));
    const double difference = std::abs(got[i] - expected[i]);
    largest = std::isnan(difference) ? HUGE_VAL : std::max(largest, difference);
  }
  return largest / magnitude;
}

// What stood before the activation, a softmax's less its mean.
std::vector<double> TakeOff(std::vector<double> values, FinalActivation activation) {
  for (double& p : values) {
    p = activation == FinalActivation::kSoftmax ? std::log(p) : std::log(p / (1 - p));
  }
  return values;
}

std::vector<double> Centred(std::vector<double> logits) {
  const double mean =
      std::accumulate(logits.begin(), logits.end(), 0.0) / static_cast<double>(logits.size());
  for (double& logit : logits) logit -= mean;
  return logits;
}

std::size_t Call(const std::vector<double>& probabilities) {
  return static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
}

std::string Percent(double share) { return NumberText(std::round(share * 1e6) / 1e6); }

}  // namespace

Result<FloatDifference> CompareFloat(const SourceNetwork& network, const Graph& graph,
                                     const std::optional<LogitsOutput>& head,
                                     const std::vector<Sample>& samples, const Step& step) {
  FloatDifference difference;
  ECHOLENS_ASSIGN(Observer observer, Observer::Create(graph, graph.outputs));
  EvaluateOptions options;
  options.stop = [&] { return !step(difference.inputs); };
  std::vector<SignalToNoise> noise(network.outputs.size());
  for (const Sample& sample : samples) {
    std::vector<std::vector<double>> inputs;
    for (const auto& values : sample) inputs.emplace_back(values.begin(), values.end());
    ECHOLENS_ASSIGN(auto expected, Evaluate(network, inputs, options));
    ECHOLENS_CHECK(observer.Run(sample));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::vector<float> values = observer.Values(graph.outputs[i]);
      std::vector<double> got(values.begin(), values.end());
      const auto compare = [&] {
        const double largest = LargestDifference(expected[i], got);
        if (largest < difference.largest) return;
        difference.largest = largest;
        difference.output = graph.tensors[static_cast<std::size_t>(graph.outputs[i])].name;
      };
      if (head && head->index == i && head->taken) {
        const std::vector<double> logits = std::move(got);
        got = PutBack(logits, *head->taken);
        compare();
        const bool softmax = *head->taken == FinalActivation::kSoftmax;
        expected[i] = TakeOff(std::move(expected[i]), *head->taken);
        if (softmax) expected[i] = Centred(std::move(expected[i]));
        got = softmax ? Centred(logits) : logits;
      }
      compare();
      noise[i].Add(expected[i], got);
    }
    ++difference.inputs;
    if (!step(difference.inputs)) return Stopped();
  }
  difference.signal_to_noise = HUGE_VAL;
  for (const SignalToNoise& output : noise) {
    difference.signal_to_noise = std::min(difference.signal_to_noise, output.Decibels());
  }
  return difference;
}

Status JudgeFloat(const FloatDifference& difference) {
  if (difference.largest <= kFloatLimit) return Ok();
  if (std::isfinite(difference.largest) && difference.signal_to_noise >= kRoundingDecibels) {
    return Ok();
  }
  return Error{ErrorCode::kVerificationFailed,
               "the float32 network answers otherwise than its source: output " +
                   Quoted(difference.output) + " differs by " + NumberText(difference.largest) +
                   ", expected up to " + NumberText(kFloatLimit) +
                   " or a signal-to-noise ratio of " + NumberText(kRoundingDecibels) + " dB, got " +
                   NumberText(std::round(difference.signal_to_noise)) +
                   " dB; nothing was written. Please report it, with the model"};
}

void Int8Comparison::Add(const Sample& reference, const Sample& int8,
                         std::optional<std::size_t> label) {
  noise_.resize(reference.size());
  for (std::size_t i = 0; i < reference.size(); ++i) noise_[i].Add(reference[i], int8[i]);
  labels_.push_back(label);
  if (metadata_ == nullptr) return;
  const auto probabilities = [&](const std::vector<float>& logits) {
    return Probabilities({logits.begin(), logits.end()}, metadata_->head);
  };
  before_.push_back(probabilities(reference[logits_]));
  after_.push_back(probabilities(int8[logits_]));
}

Int8Difference Int8Comparison::Finish() const {
  Int8Difference difference;
  difference.pictures = labels_.size();
  difference.signal_to_noise = HUGE_VAL;
  for (std::size_t i = 0; i < noise_.size(); ++i) {
    if (metadata_ != nullptr && i != logits_) continue;
    difference.signal_to_noise = std::min(difference.signal_to_noise, noise_[i].Decibels());
  }
  if (metadata_ == nullptr) return difference;

  const std::size_t classes = metadata_->labels.size();
  double sum = 0, auc_lost = 0;
  std::size_t judged = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    std::vector<double> before, after;
    std::vector<double> known_before, known_after;
    std::vector<bool> positive;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      before.push_back(before_[i][c]);
      after.push_back(after_[i][c]);
      const double delta = std::abs(after.back() - before.back());
      difference.largest = std::max(difference.largest, delta);
      sum += delta;
      if (!labels_[i]) continue;
      known_before.push_back(before.back());
      known_after.push_back(after.back());
      positive.push_back(*labels_[i] == c);
    }
    const auto [least, most] = std::ranges::minmax(before);
    difference.spread = std::max(difference.spread, most - least);
    const auto area = AreaUnderCurve(known_before, positive);
    if (!area) continue;
    auc_lost += *area - *AreaUnderCurve(known_after, positive);
    ++judged;
  }
  difference.mean = sum / static_cast<double>(before_.size() * classes);
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (Call(before_[i]) != Call(after_[i])) ++difference.changed;
  }
  if (judged > 0) difference.auc_lost = auc_lost / static_cast<double>(judged);
  return difference;
}

Status JudgeInt8(const Int8Difference& difference, const Int8Limits& limits, bool classifier) {
  std::string what;
  if (!classifier || difference.spread < kLeastSpread) {
    if (!(difference.signal_to_noise >= limits.signal_to_noise)) {
      what = "the signal-to-noise ratio is " + NumberText(std::round(difference.signal_to_noise)) +
             " dB, expected at least " + NumberText(limits.signal_to_noise);
    }
  } else if (!(difference.mean <= limits.mean_delta)) {
    what = "probabilities move by " + Percent(difference.mean) + " on average, expected up to " +
           NumberText(limits.mean_delta);
  } else if (difference.auc_lost && !(*difference.auc_lost <= limits.auc_lost)) {
    what = "the AUC falls by " + Percent(*difference.auc_lost) + ", expected up to " +
           NumberText(limits.auc_lost);
  }
  if (what.empty()) return Ok();
  return Error{ErrorCode::kVerificationFailed,
               "the int8 network answers otherwise than float32: " + what};
}

std::optional<double> AreaUnderCurve(const std::vector<double>& scores,
                                     const std::vector<bool>& positive) {
  double pairs = 0, won = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!positive[i]) continue;
    for (std::size_t k = 0; k < scores.size(); ++k) {
      if (positive[k]) continue;
      ++pairs;
      won += scores[i] > scores[k] ? 1 : scores[i] == scores[k] ? 0.5 : 0;
    }
  }
  if (pairs == 0) return {};
  return won / pairs;
}

}  // namespace echolens::convert

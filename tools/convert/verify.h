// Does the converted network still answer as the source did? Every file is asked before it is
// written.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "convert/head.h"
#include "convert/quantise/compare.h"
#include "convert/quantise/observe.h"
#include "convert/source.h"
#include "model/graph.h"
#include "model/metadata.h"
#include "result.h"

namespace echolens::convert {

// Called after each input with how many are done; false: stop (kInternal).
using Step = std::function<bool(std::size_t done)>;

// float32 against the source's own arithmetic (Evaluate, in double).
struct FloatDifference {
  std::size_t inputs = 0;
  // Of a probability; of a logit, or of another output's value, over the output's largest magnitude
  // where that is over 1.
  double largest = 0;
  std::string output;          // where it was
  double signal_to_noise = 0;  // decibels, of logits and other outputs, the noisiest; or infinite
};
inline constexpr double kFloatLimit = 1e-5;

// What rounding alone does to a deep network may pass the limit: ResNet50 with random weights is
// 2.5e-5 from itself, float32 to float64, in Keras too. With five digits right it is the same
// network.
inline constexpr double kRoundingDecibels = 90;

// `head`: what was taken off its output is put on again here, and the logits are compared as well,
// less their mean, since probabilities that are nearly alike would hide wrong weights; none:
// outputs are compared as they are. The graph's outputs beyond the network's are not looked at.
// Errors: those of Evaluate and Observer.
Result<FloatDifference> CompareFloat(const SourceNetwork& network, const Graph& graph,
                                     const std::optional<LogitsOutput>& head,
                                     const std::vector<Sample>& samples, const Step& step);

// kVerificationFailed over kFloatLimit, unless the signal-to-noise ratio says that it is rounding.
Status JudgeFloat(const FloatDifference& difference);

// int8 against float32, over calibration pictures.
struct Int8Difference {
  std::size_t pictures = 0;
  double signal_to_noise = 0;  // decibels, of the logits or of the noisiest output; or infinite
  // Of a classifier only:
  double largest = 0, mean = 0;    // |Δ probability|
  std::size_t changed = 0;         // calls
  std::optional<double> auc_lost;  // mean over the labels, each against the rest
  double spread = 0;  // how far apart the probabilities of a class are over the pictures, float32
};

struct Int8Limits {
  double mean_delta = 0.02;
  double auc_lost = 0.005;
  double signal_to_noise = 15;  // decibels
};

// Below this spread a network says the same of all pictures, as one with random weights does: it is
// judged by its signal-to-noise ratio, as a network that is no classifier is.
inline constexpr double kLeastSpread = 0.05;

// Gathers what two networks answer to the same pictures.
class Int8Comparison {
 public:
  // `metadata`: of a classifier. `logits`: which output.
  Int8Comparison(const Metadata* metadata, std::size_t logits)
      : metadata_(metadata), logits_(logits) {}

  // The values of every output, and which class the picture is.
  void Add(const Sample& reference, const Sample& int8, std::optional<std::size_t> label);
  Int8Difference Finish() const;

 private:
  const Metadata* metadata_;
  std::size_t logits_;
  std::vector<SignalToNoise> noise_;                 // by output
  std::vector<std::vector<double>> before_, after_;  // probabilities
  std::vector<std::optional<std::size_t>> labels_;
};

// kVerificationFailed past a limit, which the sentence names.
Status JudgeInt8(const Int8Difference& difference, const Int8Limits& limits, bool classifier);

// The share of pairs (one of `positive`, one of the others) in which the positive scores higher; a
// tie counts half. Nothing where one kind is missing.
std::optional<double> AreaUnderCurve(const std::vector<double>& scores,
                                     const std::vector<bool>& positive);

}  // namespace echolens::convert

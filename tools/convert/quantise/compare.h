// How much noise int8 brings into a network, layer by layer, for --report and for saying which
// layer to blame.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "convert/quantise.h"
#include "convert/quantise/observe.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// 10 · log10(Σ expected² / Σ (expected − got)²) over all values added, in dB; infinite when nothing
// differs.
class SignalToNoise {
 public:
  // float or double, of one length.
  template <class Number>
  void Add(const std::vector<Number>& expected, const std::vector<Number>& got) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double value = expected[i], difference = value - got[i];
      signal_ += value * value;
      noise_ += difference * difference;
    }
  }
  double Decibels() const;

 private:
  double signal_ = 0, noise_ = 0;
};

struct LayerNoise {
  std::string node;    // "node 12 (CONV_2D) 'block3/expand'"
  double snr_db = 0;   // of its output
  double drop_db = 0;  // from its noisiest input to its output

  // What enters here: noise over signal of the output, less that of the noisiest input. In decibels
  // a layer whose input is exact would always look worst.
  double Entering() const;
};

//   ECHOLENS_ASSIGN(Comparison comparison, Comparison::Create(real, int8));
//   for (const Sample& sample : samples) ECHOLENS_CHECK(comparison.Add(sample));
//   Print(NoiseText(comparison.Layers()));
class Comparison {
 public:
  // `int8` is what Quantise made of `real`. Errors: as of Observer::Create; kInvalidArgument
  // (graphs that do not belong together).
  static Result<Comparison> Create(const Graph& real, const Graph& int8);

  // Runs both on one input. Errors: as of Observer::Run.
  Status Add(const Sample& sample);

  // By node of `real`, in execution order.
  std::vector<LayerNoise> Layers() const;

 private:
  Comparison(Observer real, Observer int8, const Graph& graph);

  Observer real_, int8_;
  Graph graph_;                       // `real` without its constants' data
  std::vector<Range> bounds_;         // by tensor: int8 saturates where nobody looks
  std::vector<SignalToNoise> noise_;  // by tensor
};

// A line a layer, then the five with the most noise and the five where most of it enters.
std::string NoiseText(const std::vector<LayerNoise>& layers);

}  // namespace echolens::convert

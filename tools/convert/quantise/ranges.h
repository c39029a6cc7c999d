// Measures what every activation of a float32 graph takes on over calibration inputs, in the engine
// that will run the network.
#pragma once

#include <vector>

#include "convert/quantise.h"
#include "convert/quantise/histogram.h"
#include "convert/quantise/observe.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

enum class RangeMethod : std::uint8_t {
  kMinMax,        // all that was seen
  kPercentile,    // all but one value in ten thousand at either end
  kLeastSquares,  // least squared error of rounding and clipping together
};

//   ECHOLENS_ASSIGN(RangeCollector collector, RangeCollector::Create(graph));
//   for (const Sample& sample : samples) ECHOLENS_CHECK(collector.Add(sample));
//   ECHOLENS_ASSIGN(const Ranges ranges, collector.Finish(RangeMethod::kMinMax));
class RangeCollector {
 public:
  // Errors: as of Observer::Create.
  static Result<RangeCollector> Create(const Graph& graph);

  // Runs one calibration input; keeps nothing of it but counts. Errors: kInvalidArgument (inputs of
  // another number or length), kModelInvalid (an activation that is not finite: named).
  Status Add(const Sample& sample);

  // May be called for several methods. Errors: kInvalidArgument (nothing was added).
  Result<Ranges> Finish(RangeMethod method) const;

 private:
  RangeCollector(Observer observer, const Graph& graph);

  Observer observer_;
  std::vector<std::string> names_;     // by tensor of the graph
  std::vector<Histogram> histograms_;  // by tensor of the graph
};

}  // namespace echolens::convert

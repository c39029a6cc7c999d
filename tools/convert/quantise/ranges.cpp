#include "convert/quantise/ranges.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace echolens::convert {
namespace {

constexpr double kShare = .9999;
constexpr int kSteps = 255;

}  // namespace

RangeCollector::RangeCollector(Observer observer, const Graph& graph)
    : observer_(std::move(observer)), histograms_(graph.tensors.size()) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    names_.push_back(TensorName(graph, static_cast<TensorId>(i)));
  }
}

Result<RangeCollector> RangeCollector::Create(const Graph& graph) {
  ECHOLENS_ASSIGN(Observer observer, Observer::Create(graph));
  return RangeCollector(std::move(observer), graph);
}

Status RangeCollector::Add(const Sample& sample) {
  ECHOLENS_CHECK(observer_.Run(sample));
  for (const TensorId id : observer_.shown()) {
    const std::vector<float> values = observer_.Values(id);
    const auto index = static_cast<std::size_t>(id);
    const auto bad = std::ranges::find_if(values, [](float x) { return !std::isfinite(x); });
    if (bad != values.end()) {
      return Error{ErrorCode::kModelInvalid,
                   names_[index] + " comes out as " + NumberText(*bad) +
                       " on a calibration input, expected finite numbers"};
    }
    histograms_[index].Add(values);
  }
  return Ok();
}

Result<Ranges> RangeCollector::Finish(RangeMethod method) const {
  const auto seen = [](const Histogram& histogram) { return !histogram.empty(); };
  if (std::ranges::none_of(histograms_, seen)) {
    return Error{ErrorCode::kInvalidArgument,
                 "no calibration inputs, expected one or more to measure ranges on"};
  }
  Ranges ranges;
  for (const Histogram& histogram : histograms_) {
    switch (method) {
      case RangeMethod::kMinMax: ranges.push_back(histogram.range()); break;
      case RangeMethod::kPercentile: ranges.push_back(histogram.Percentile(kShare)); break;
      case RangeMethod::kLeastSquares: ranges.push_back(histogram.LeastSquares(kSteps)); break;
    }
  }
  return ranges;
}

}  // namespace echolens::convert

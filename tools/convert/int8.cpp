#include "convert/int8.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "convert/quantise.h"
#include "convert/quantise/bias_correction.h"
#include "convert/quantise/compare.h"
#include "convert/quantise/equalise.h"
#include "convert/samples.h"
#include "terminal.h"

namespace echolens::convert {
namespace {

// The calibration pictures, one after the other, as the network takes them.
class Pictures {
 public:
  Pictures(const std::vector<CalibrationPicture>& pictures, const Preprocessing& preprocessing)
      : pictures_(pictures), preprocessing_(preprocessing) {}

  // `use(picture, sample)` for each. Errors: those of `use`; kInternal when interrupted.
  template <class Use>
  Status Each(Use use) const {
    tools::Progress progress(pictures_.size());
    std::size_t done = 0;
    for (const CalibrationPicture& picture : pictures_) {
      if (tools::Interrupted()) return Error{ErrorCode::kInternal, "interrupted"};
      ECHOLENS_CHECK(use(picture, PictureSample(picture.image, preprocessing_)));
      progress.Show(++done, 0);
    }
    return Ok();
  }

 private:
  const std::vector<CalibrationPicture>& pictures_;
  const Preprocessing& preprocessing_;
};

// Every pixel value, whatever the calibration pictures have: each grey level keeps a step of its
// own.
Range RangeOfPixels(const Preprocessing& preprocessing) {
  const std::vector<float> values = InputValues(preprocessing);
  const auto [low, high] = std::ranges::minmax(values);
  return {low, high};
}

// `real` is the float32 network, equalised.
Result<Graph> QuantiseOver(const Pictures& pictures, const Graph& real, const KeptScales& kept,
                           const Range& pixels, RangeMethod method) {
  ECHOLENS_ASSIGN(RangeCollector collector, RangeCollector::Create(real));
  std::vector<Sample> samples;
  const auto add = [&](const CalibrationPicture&, const Sample& sample) {
    samples.push_back(sample);
    return collector.Add(sample);
  };
  ECHOLENS_CHECK(pictures.Each(add));
  ECHOLENS_ASSIGN(Ranges ranges, collector.Finish(method));
  ranges[static_cast<std::size_t>(real.inputs[0])] = pixels;
  ECHOLENS_ASSIGN(Graph int8, Quantise(real, ranges, kept));
  return CorrectBiases(real, std::move(int8), samples, [] { return tools::Interrupted(); });
}

Sample OutputsOf(const Observer& observer, const Graph& graph) {
  Sample values;
  for (const TensorId id : graph.outputs) values.push_back(observer.Values(id));
  return values;
}

Result<Int8Difference> Compare(const Pictures& pictures, const Graph& real, const Graph& int8,
                               const Description& description) {
  Int8Comparison comparison(description.metadata ? &*description.metadata : nullptr,
                            description.head ? description.head->index : 0);
  ECHOLENS_ASSIGN(Observer before, Observer::Create(real, real.outputs));
  ECHOLENS_ASSIGN(Observer after, Observer::Create(int8, int8.outputs));
  const auto add = [&](const CalibrationPicture& picture, const Sample& sample) -> Status {
    ECHOLENS_CHECK(before.Run(sample));
    ECHOLENS_CHECK(after.Run(sample));
    comparison.Add(OutputsOf(before, real), OutputsOf(after, int8), picture.label);
    return Ok();
  };
  ECHOLENS_CHECK(pictures.Each(add));
  return comparison.Finish();
}

Result<std::vector<LayerNoise>> MeasureNoise(const Pictures& pictures, const Graph& real,
                                             const Graph& int8) {
  ECHOLENS_ASSIGN(Comparison comparison, Comparison::Create(real, int8));
  const auto add = [&](const CalibrationPicture&, const Sample& sample) {
    return comparison.Add(sample);
  };
  ECHOLENS_CHECK(pictures.Each(add));
  return comparison.Layers();
}

// Where most of the noise comes in.
std::string Worst(const std::vector<LayerNoise>& layers) {
  const auto worst = std::ranges::max_element(layers, {}, &LayerNoise::Entering);
  if (worst == layers.end()) return "there are no layers";
  return "most of the error enters at " + worst->node + ", whose output has " +
         NumberText(std::round(worst->snr_db)) + " dB";
}

}  // namespace

Result<Int8Network> MakeInt8(const Lowered& lowered, const Description& description,
                             const std::vector<CalibrationPicture>& calibration,
                             const Int8Options& options) {
  const Pictures pictures(calibration, description.preprocessing);
  Graph real = lowered.graph;
  if (lowered.kept_scales.empty()) {  // they hold for channels as they are
    ECHOLENS_ASSIGN(real, Equalise(std::move(real)));
  }
  Int8Network network;
  ECHOLENS_ASSIGN(network.graph,
                  QuantiseOver(pictures, real, lowered.kept_scales,
                               RangeOfPixels(description.preprocessing), options.ranges));
  ECHOLENS_ASSIGN(network.difference, Compare(pictures, lowered.graph, network.graph, description));
  const Status judged =
      JudgeInt8(network.difference, options.limits, description.metadata.has_value());
  if (judged.ok() && !options.report) return network;
  ECHOLENS_ASSIGN(const std::vector<LayerNoise> layers,
                  MeasureNoise(pictures, real, network.graph));
  if (!judged.ok()) {
    return Error{judged.error().code,
                 judged.error().detail + "; " + Worst(layers) + ". Nothing was written"};
  }
  network.report = NoiseText(layers);
  return network;
}

}  // namespace echolens::convert

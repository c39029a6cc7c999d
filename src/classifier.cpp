#include "classifier.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "model/graph.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "reading/close_up.h"
#include "reading/decide.h"
#include "reading/golden.h"
#include "reading/interpret.h"
#include "reading/occlusion.h"
#include "reading/sight.h"

namespace echolens {
namespace {

class Stopwatch {
 public:
  // Milliseconds since the last call.
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double, std::milli>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::string SizeText(int width, int height) {
  return std::to_string(width) + "×" + std::to_string(height);
}

// Guards what JSON and the call cannot hold: float32 networks can give NaN.
Status CheckFinite(const std::vector<double>& logits, const std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (std::isfinite(logits[i])) continue;
    return Error{ErrorCode::kModelInvalid, "the network's logit of " + Quoted(labels[i]) + " is " +
                                               NumberText(logits[i]) +
                                               " for this image, expected a finite number"};
  }
  return Ok();
}

// The mean over the views; a probability a label.
std::vector<double> MeanOf(const std::vector<std::vector<double>>& each) {
  std::vector<double> mean(each.front().size());
  for (const std::vector<double>& seen : each) {
    for (std::size_t i = 0; i < seen.size(); ++i) mean[i] += seen[i];
  }
  for (double& probability : mean) probability /= static_cast<double>(each.size());
  return mean;
}

// "1.4 times": rounded up, so that more than once never reads as once.
std::string TimesText(double times) {
  if (!(times < 100)) return "more than 100 times";
  const auto tenths = static_cast<int>(std::ceil(10 * times));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " times";
}

}  // namespace

struct Classifier::Impl {
  Metadata metadata;
  std::string sha256;
  Engine engine;
  std::vector<double> activation_weights;  // where the metadata have an activation map

  // One image on its way.
  struct Reading {
    Record record;
    GreyImage picture;
    Sight whole;
    std::optional<Sight> close_up;          // where a view looks at it
    std::vector<std::vector<double>> each;  // probabilities of each view
    std::optional<Refusal> unlike;          // by the gate in feature space

    Sight& Of(View view) { return IsCloseUp(view) ? *close_up : whole; }
  };

  // The output of a name that CheckMetadata found.
  const Tensor& Output(const std::string& name) const {
    std::size_t i = 0;
    while (engine.output_name(i) != name) ++i;
    return engine.output(i);
  }

  std::optional<Refusal> CheckFeatures() const;
  Result<std::vector<double>> Look(const GreyImage& image, View view);
  std::vector<View> Views() const;
  Status FindCloseUp(Reading& reading) const;
  Status LookFromAllSides(Reading& reading, bool force);
  Result<Reading> Read(std::span<const std::uint8_t> image, const ClassifyOptions& options);
  Result<std::optional<Map>> Occlude(Reading& reading, std::size_t label,
                                     const std::function<bool(std::size_t, std::size_t)>& progress);
  void Interpret(const std::vector<double>& probabilities, std::size_t point, Record& record) const;
};

// Of the view that the network has seen last.
std::optional<Refusal> Classifier::Impl::CheckFeatures() const {
  if (!metadata.gate) return {};
  const Gate& gate = *metadata.gate;
  const double distance = GateDistance(RealValues(Output(gate.features)), gate);
  if (distance <= gate.threshold) return {};
  return Refusal{RefusalCode::kUnlike, "the image is unlike those that the model reads: it lies " +
                                           TimesText(std::sqrt(distance / gate.threshold)) +
                                           " as far from them as one that it was made for may lie"};
}

// Runs the network on one view of the picture; its logits.
Result<std::vector<double>> Classifier::Impl::Look(const GreyImage& image, View view) {
  ECHOLENS_CHECK(FillInput(IsMirrored(view) ? Mirrored(image) : image, metadata.preprocessing,
                           engine.input(0)));
  ECHOLENS_CHECK(engine.Run());
  std::vector<double> logits = RealValues(Output(metadata.head.logits));
  ECHOLENS_CHECK(CheckFinite(logits, metadata.labels));
  return logits;
}

std::vector<View> Classifier::Impl::Views() const {
  return metadata.views.empty() ? std::vector{View::kIdentity} : metadata.views;
}

// Where the views of the whole have found the lesion.
Status Classifier::Impl::FindCloseUp(Reading& reading) const {
  const Map lesion = reading.whole.LesionMap();
  ECHOLENS_CHECK(CheckFinite(lesion.values, "lesion"));
  const Region& whole = lesion.geometry.region;
  reading.close_up.emplace();
  ECHOLENS_ASSIGN(
      reading.close_up->picture,
      LookCloser(reading.picture, whole, CloseUpRegion(lesion), metadata.preprocessing));
  return Ok();
}

// The gate is asked about the whole alone: no close-up is like the pictures that it knows. Nothing
// more is looked at once it has refused, unless an answer is wanted all the same.
Status Classifier::Impl::LookFromAllSides(Reading& reading, bool force) {
  for (const View view : Views()) {
    if (reading.unlike && !force) break;
    if (IsCloseUp(view) && !reading.close_up) ECHOLENS_CHECK(FindCloseUp(reading));
    Sight& sight = reading.Of(view);
    ECHOLENS_ASSIGN(std::vector<double> logits, Look(sight.picture.image, view));
    if (!reading.unlike && !IsCloseUp(view)) reading.unlike = CheckFeatures();
    if (!metadata.lesion_map.empty()) sight.lesion.Add(Output(metadata.lesion_map), view);
    if (metadata.activation_map) {
      sight.features.Add(Output(metadata.activation_map->features), view);
    }
    reading.each.push_back(Probabilities(logits, metadata.head));
    if (metadata.views.empty()) continue;
    reading.record.views.push_back({view, sight.picture.geometry.region, std::move(logits)});
  }
  return Ok();
}

// A refused picture has a record, and no answer in it.
Result<Classifier::Impl::Reading> Classifier::Impl::Read(std::span<const std::uint8_t> image,
                                                         const ClassifyOptions& options) {
  ECHOLENS_ASSIGN(const std::size_t point, FindOperatingPoint(metadata, options.operating_point));
  const Preprocessing& input = metadata.preprocessing;
  Reading reading;
  Record& record = reading.record;
  Stopwatch total, lap;

  ECHOLENS_ASSIGN(DecodedImage decoded, DecodeImage(image, options.limits));
  record.timings.decode = lap.Lap();
  const int width = decoded.grey.width, height = decoded.grey.height;
  record.image = {Sha256Hex(image), width, height, std::string(FormatName(decoded.format))};
  record.model = {metadata.name, metadata.version, sha256};

  const auto refuse = [&](std::optional<Refusal> why) {
    if (!why) return false;
    if (options.force) {
      record.warnings.push_back("refused, and answered only because that was asked for: " +
                                why->message);
      return false;
    }
    record.refused = std::move(why);
    record.timings.total = total.Lap();
    return true;
  };
  if (options.region) {
    ECHOLENS_ASSIGN(decoded, Crop(decoded, *options.region));
  }
  const bool refused = refuse(CheckPicture(decoded));
  reading.picture = std::move(decoded.grey);
  if (refused) return reading;
  lap.Lap();

  ECHOLENS_ASSIGN(reading.whole.picture, Preprocess(reading.picture, input));
  Geometry& geometry = reading.whole.picture.geometry;
  if (options.region) geometry.region = *options.region;
  record.timings.preprocess = lap.Lap();

  ECHOLENS_CHECK(LookFromAllSides(reading, options.force));
  record.timings.inference = lap.Lap();
  if (refuse(std::move(reading.unlike))) {
    record.views.clear();
    return reading;
  }

  Interpret(MeanOf(reading.each), point, record);
  record.region = geometry.region;
  if (HoldsSeveralPictures(decoded.format, image)) {
    record.warnings.push_back(
        "the file holds several pictures, one after another: only the first was read");
  }
  if (std::min(geometry.step_x, geometry.step_y) < 1) {
    record.warnings.push_back(
        "the picture was enlarged: it has " + SizeText(record.region.width, record.region.height) +
        " pixels, the network looks at " + SizeText(input.width, input.height));
  }
  record.timings.total = total.Lap();
  return reading;
}

// A patch covers the same place in the whole and in the close-up, which stays where it is. Covered
// pictures are not asked at the gate. Nothing when `progress` stopped it.
Result<std::optional<Map>> Classifier::Impl::Occlude(
    Reading& reading, std::size_t label,
    const std::function<bool(std::size_t, std::size_t)>& progress) {
  const std::vector<View> views = Views();
  const Geometry& whole = reading.whole.picture.geometry;
  auto [map, patches] = OcclusionPatches(reading.whole.picture);
  for (std::size_t i = 0; i < patches.size(); ++i) {
    if (progress && !progress(i, patches.size())) return std::optional<Map>();
    double fall = 0;
    for (std::size_t v = 0; v < views.size(); ++v) {
      const NetworkImage& picture = reading.Of(views[v]).picture;
      const Patch patch = IsCloseUp(views[v]) ? InPicture(patches[i], whole, picture) : patches[i];
      if (patches[i].width == 0 || patch.width == 0) continue;
      ECHOLENS_ASSIGN(const std::vector<double> logits, Look(Covered(picture, patch), views[v]));
      fall += reading.each[v][label] - Probabilities(logits, metadata.head)[label];
    }
    map.values.push_back(fall / static_cast<double>(views.size()));
  }
  return std::optional(std::move(map));
}

// `point`: of the operating points, where there are any.
void Classifier::Impl::Interpret(const std::vector<double>& probabilities, std::size_t point,
                                 Record& record) const {
  const std::vector<std::string>& labels = metadata.labels;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    record.probabilities.push_back({labels[i], probabilities[i]});
  }
  for (const OperatingPoint& at : metadata.operating_points) {
    record.operating_points.push_back({at, labels[at.label], labels[Call(probabilities, &at)]});
  }
  if (record.operating_points.empty()) {
    record.call = labels[Call(probabilities, nullptr)];
    record.operating_point = kLargestProbability;
  } else {
    record.call = record.operating_points[point].call;
    record.operating_point = record.operating_points[point].point.name;
  }
  if (!metadata.conformal) return;
  std::vector<std::string>& set = record.set.emplace();
  for (const std::size_t i : ConformalSet(probabilities, *metadata.conformal)) {
    set.push_back(labels[i]);
  }
  std::string warning = SetWarning(set, *metadata.conformal);
  if (!warning.empty()) record.warnings.push_back(std::move(warning));
}

Classifier::Classifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

const Metadata& Classifier::metadata() const { return impl_->metadata; }
const std::string& Classifier::sha256() const { return impl_->sha256; }

Result<Classifier> Classifier::Load(std::span<const std::uint8_t> model,
                                    const LoadOptions& options) {
  ECHOLENS_ASSIGN(ModelFile file, ReadTflite(model));
  if (!file.metadata) {
    return Error{ErrorCode::kModelNoMetadata,
                 "the model has no echolens metadata (labels, preprocessing, golden case): it "
                 "cannot classify; 'echolens convert' makes a file that has them"};
  }
  Metadata metadata = *std::move(file.metadata);
  ECHOLENS_CHECK(CheckMetadata(metadata, file.graph));
  if (!metadata.golden) {
    return Error{ErrorCode::kModelInvalid,
                 "echolens metadata: golden is missing: a classifier needs a golden case, so that "
                 "a machine that computes something else is found out"};
  }
  ECHOLENS_ASSIGN(Engine engine, Engine::Create(file.graph, options.engine));
  ECHOLENS_CHECK(CheckGoldenCase(engine, metadata.preprocessing, *metadata.golden));
  std::vector<double> activation_weights;
  if (metadata.activation_map) {
    activation_weights = ActivationWeights(file.graph, *metadata.activation_map);
  }
  return Classifier(std::make_unique<Impl>(Impl{std::move(metadata), std::move(file.sha256),
                                                std::move(engine), std::move(activation_weights)}));
}

Result<Record> Classifier::Classify(std::span<const std::uint8_t> image,
                                    const ClassifyOptions& options) {
  ECHOLENS_ASSIGN(Impl::Reading reading, impl_->Read(image, options));
  return std::move(reading.record);
}

Result<Explanation> Classifier::Explain(std::span<const std::uint8_t> image,
                                        const ExplainOptions& options) {
  const Metadata& metadata = impl_->metadata;
  if (options.label && *options.label >= metadata.labels.size()) {
    return Error{ErrorCode::kInvalidArgument, "label " + std::to_string(*options.label) +
                                                  " to explain, expected under " +
                                                  std::to_string(metadata.labels.size())};
  }
  ECHOLENS_ASSIGN(Impl::Reading reading, impl_->Read(image, options.classify));

  Explanation explanation;
  if (reading.record.refused) {
    explanation.record = std::move(reading.record);
    explanation.picture = std::move(reading.picture);
    return explanation;
  }
  explanation.label = options.label.value_or(static_cast<std::size_t>(
      std::ranges::find(metadata.labels, reading.record.call) - metadata.labels.begin()));
  if (metadata.activation_map) {
    const Seen& features = reading.whole.features;
    const auto channels = static_cast<std::size_t>(features.shape[3]);
    explanation.activation = reading.whole.Mean(
        features, ActivationValues(features.values, impl_->activation_weights, channels,
                                   EvidenceFor(explanation.label, metadata.head)));
    ECHOLENS_CHECK(CheckFinite(explanation.activation->values, "class activation"));
  }
  if (!metadata.lesion_map.empty()) {
    const Sight& sight = reading.close_up ? *reading.close_up : reading.whole;
    Map lesion = sight.LesionMap();
    ECHOLENS_CHECK(CheckFinite(lesion.values, "lesion"));
    explanation.outline = LesionOutline(lesion);
    explanation.lesion =
        reading.close_up ? Placed(lesion, reading.record.region) : std::move(lesion);
  }
  if (options.occlusion) {
    ECHOLENS_ASSIGN(explanation.occlusion,
                    impl_->Occlude(reading, explanation.label, options.progress));
  }
  explanation.record = std::move(reading.record);
  explanation.picture = std::move(reading.picture);
  return explanation;
}

}  // namespace echolens

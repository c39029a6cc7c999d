#include "classifier.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "model/graph.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "reading/decide.h"
#include "reading/golden.h"
#include "reading/interpret.h"
#include "reading/occlusion.h"

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

// An output of the network as seen by all views, each in its place.
struct Seen {
  Shape shape;
  std::vector<double> values;  // their sum

  void Add(const Tensor& output, View view) {
    shape = output.shape();
    const std::vector<double> placed = PlacedValues(output, view);
    values.resize(placed.size());
    for (std::size_t i = 0; i < placed.size(); ++i) values[i] += placed[i];
  }
};

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

  // Called when the network has run on a view; may refuse the image.
  using Looked = std::function<Status(View)>;

  // One image on its way.
  struct Reading {
    Record record;
    GreyImage picture;
    NetworkImage network;
  };

  // The output of a name that CheckMetadata found.
  const Tensor& Output(const std::string& name) const {
    std::size_t i = 0;
    while (engine.output_name(i) != name) ++i;
    return engine.output(i);
  }

  std::optional<Refusal> CheckFeatures() const;
  Result<std::vector<double>> Look(const GreyImage& image, View view, const Looked& looked);
  std::vector<View> Views() const;
  Result<std::vector<double>> LookFromAllSides(const GreyImage& image, const Looked& looked = {});
  Result<Reading> Read(std::span<const std::uint8_t> image, const ClassifyOptions& options,
                       const Looked& looked = {});
  Result<std::optional<Map>> Occlude(const NetworkImage& picture, std::size_t label, double whole,
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

// Runs the network on one view of the picture; a probability a label.
Result<std::vector<double>> Classifier::Impl::Look(const GreyImage& image, View view,
                                                   const Looked& looked) {
  ECHOLENS_CHECK(FillInput(view == View::kMirror ? Mirrored(image) : image, metadata.preprocessing,
                           engine.input(0)));
  ECHOLENS_CHECK(engine.Run());
  if (looked) ECHOLENS_CHECK(looked(view));
  const std::vector<double> logits = RealValues(Output(metadata.head.logits));
  ECHOLENS_CHECK(CheckFinite(logits, metadata.labels));
  return Probabilities(logits, metadata.head);
}

std::vector<View> Classifier::Impl::Views() const {
  return metadata.views.empty() ? std::vector{View::kIdentity} : metadata.views;
}

// The mean over the views.
Result<std::vector<double>> Classifier::Impl::LookFromAllSides(const GreyImage& image,
                                                               const Looked& looked) {
  const std::vector<View> views = Views();
  std::vector<double> probabilities(metadata.labels.size());
  for (const View view : views) {
    ECHOLENS_ASSIGN(const std::vector<double> seen, Look(image, view, looked));
    for (std::size_t i = 0; i < seen.size(); ++i) probabilities[i] += seen[i];
  }
  for (double& probability : probabilities) probability /= static_cast<double>(views.size());
  return probabilities;
}

// A refused picture has a record, and no answer in it.
Result<Classifier::Impl::Reading> Classifier::Impl::Read(std::span<const std::uint8_t> image,
                                                         const ClassifyOptions& options,
                                                         const Looked& looked) {
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

  ECHOLENS_ASSIGN(reading.network, Preprocess(reading.picture, input));
  if (options.region) reading.network.geometry.region = *options.region;
  record.timings.preprocess = lap.Lap();

  std::optional<Refusal> unlike;
  const auto checked = [&](View view) -> Status {
    if (!unlike) unlike = CheckFeatures();
    return looked ? looked(view) : Ok();
  };
  ECHOLENS_ASSIGN(const std::vector<double> probabilities,
                  LookFromAllSides(reading.network.image, checked));
  record.timings.inference = lap.Lap();
  if (refuse(std::move(unlike))) return reading;

  Interpret(probabilities, point, record);
  record.region = reading.network.geometry.region;
  if (std::min(reading.network.geometry.step_x, reading.network.geometry.step_y) < 1) {
    record.warnings.push_back(
        "the picture was enlarged: it has " + SizeText(record.region.width, record.region.height) +
        " pixels, the network looks at " + SizeText(input.width, input.height));
  }
  record.timings.total = total.Lap();
  return reading;
}

// Covered pictures are not asked at the gate. Nothing when `progress` stopped it.
Result<std::optional<Map>> Classifier::Impl::Occlude(
    const NetworkImage& picture, std::size_t label, double whole,
    const std::function<bool(std::size_t, std::size_t)>& progress) {
  auto [map, patches] = OcclusionPatches(picture);
  for (std::size_t i = 0; i < patches.size(); ++i) {
    if (progress && !progress(i, patches.size())) return std::optional<Map>();
    if (patches[i].width == 0) {
      map.values.push_back(0);
      continue;
    }
    ECHOLENS_ASSIGN(const std::vector<double> covered,
                    LookFromAllSides(Covered(picture, patches[i])));
    map.values.push_back(whole - covered[label]);
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
  return Classifier(std::make_unique<Impl>(Impl{std::move(metadata), Sha256Hex(model),
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
  Seen features, lesion;
  const auto looked = [&](View view) {
    if (metadata.activation_map) {
      features.Add(impl_->Output(metadata.activation_map->features), view);
    }
    if (!metadata.lesion_map.empty()) lesion.Add(impl_->Output(metadata.lesion_map), view);
    return Ok();
  };
  ECHOLENS_ASSIGN(Impl::Reading reading, impl_->Read(image, options.classify, looked));

  Explanation explanation;
  if (reading.record.refused) {
    explanation.record = std::move(reading.record);
    explanation.picture = std::move(reading.picture);
    return explanation;
  }
  explanation.label = options.label.value_or(static_cast<std::size_t>(
      std::ranges::find(metadata.labels, reading.record.call) - metadata.labels.begin()));
  const auto map = [&](const Seen& seen, std::vector<double> values) {
    Map mean = EmptyMap(seen.shape[2], seen.shape[1], reading.network.geometry,
                        reading.network.image.width, reading.network.image.height);
    mean.values = std::move(values);
    for (double& value : mean.values) value /= static_cast<double>(impl_->Views().size());
    return mean;
  };
  if (metadata.activation_map) {
    const auto channels = static_cast<std::size_t>(features.shape[3]);
    explanation.activation =
        map(features, ActivationValues(features.values, impl_->activation_weights, channels,
                                       EvidenceFor(explanation.label, metadata.head)));
    ECHOLENS_CHECK(CheckFinite(explanation.activation->values, "class activation"));
  }
  if (!metadata.lesion_map.empty()) {
    explanation.lesion = map(lesion, std::move(lesion.values));
    ECHOLENS_CHECK(CheckFinite(explanation.lesion->values, "lesion"));
    explanation.outline = LesionOutline(*explanation.lesion);
  }
  if (options.occlusion) {
    const double whole = reading.record.probabilities[explanation.label].probability;
    ECHOLENS_ASSIGN(explanation.occlusion,
                    impl_->Occlude(reading.network, explanation.label, whole, options.progress));
  }
  explanation.record = std::move(reading.record);
  explanation.picture = std::move(reading.picture);
  return explanation;
}

}  // namespace echolens

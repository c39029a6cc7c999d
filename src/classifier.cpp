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

}  // namespace

struct Classifier::Impl {
  Metadata metadata;
  std::string sha256;
  Engine engine;

  // The output of a name that CheckMetadata found.
  const Tensor& Output(const std::string& name) const {
    std::size_t i = 0;
    while (engine.output_name(i) != name) ++i;
    return engine.output(i);
  }

  std::optional<Refusal> CheckFeatures() const;
  Result<std::vector<double>> Look(const GreyImage& view);
  void Interpret(const std::vector<double>& probabilities, std::size_t point, Record& record) const;
};

// Of the view that the network has seen last.
std::optional<Refusal> Classifier::Impl::CheckFeatures() const {
  if (!metadata.gate) return {};
  const Gate& gate = *metadata.gate;
  const double distance = GateDistance(RealValues(Output(gate.features)), gate);
  if (distance <= gate.threshold) return {};  // never so for NaN
  return Refusal{RefusalCode::kUnlike, "the image is unlike those that the model reads: it lies " +
                                           NumberText(distance) + " from them, expected up to " +
                                           NumberText(gate.threshold)};
}

// Runs the network on one view of the picture; a probability a label.
Result<std::vector<double>> Classifier::Impl::Look(const GreyImage& view) {
  ECHOLENS_CHECK(FillInput(view, metadata.preprocessing, engine.input(0)));
  ECHOLENS_CHECK(engine.Run());
  const std::vector<double> logits = RealValues(Output(metadata.head.logits));
  ECHOLENS_CHECK(CheckFinite(logits, metadata.labels));
  return Probabilities(logits, metadata.head);
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
  return Classifier(
      std::make_unique<Impl>(Impl{std::move(metadata), Sha256Hex(model), std::move(engine)}));
}

Result<Record> Classifier::Classify(std::span<const std::uint8_t> image,
                                    const ClassifyOptions& options) {
  const Metadata& metadata = impl_->metadata;
  const Preprocessing& input = metadata.preprocessing;
  ECHOLENS_ASSIGN(const std::size_t point, FindOperatingPoint(metadata, options.operating_point));
  Record record;
  Stopwatch total, lap;

  ECHOLENS_ASSIGN(const DecodedImage decoded, DecodeImage(image, options.limits));
  record.timings.decode = lap.Lap();
  const auto& [width, height, pixels] = decoded.grey;
  record.image = {Sha256Hex(image), width, height, std::string(FormatName(decoded.format))};
  record.model = {metadata.name, metadata.version, impl_->sha256};

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
  if (refuse(CheckPicture(decoded))) return record;
  lap.Lap();

  ECHOLENS_ASSIGN(const NetworkImage network, Preprocess(decoded.grey, input));
  record.timings.preprocess = lap.Lap();

  const std::vector<View> views =
      metadata.views.empty() ? std::vector{View::kIdentity} : metadata.views;
  std::vector<double> probabilities(metadata.labels.size());
  std::optional<Refusal> unlike;
  for (const View view : views) {
    ECHOLENS_ASSIGN(const std::vector<double> seen,
                    impl_->Look(view == View::kMirror ? Mirrored(network.image) : network.image));
    for (std::size_t i = 0; i < seen.size(); ++i) probabilities[i] += seen[i];
    if (!unlike) unlike = impl_->CheckFeatures();
  }
  for (double& probability : probabilities) probability /= static_cast<double>(views.size());
  record.timings.inference = lap.Lap();
  if (refuse(std::move(unlike))) return record;

  impl_->Interpret(probabilities, point, record);
  record.region = network.geometry.region;
  if (std::min(network.geometry.step_x, network.geometry.step_y) < 1) {
    record.warnings.push_back("the picture was enlarged: it has " + SizeText(width, height) +
                              " pixels, the network looks at " +
                              SizeText(input.width, input.height));
  }
  record.timings.total = total.Lap();
  return record;
}

}  // namespace echolens

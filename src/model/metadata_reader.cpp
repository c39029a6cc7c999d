// Metadata out of the file: every field is checked as if anybody could have written it.
#include <algorithm>
#include <cmath>

#include "metadata_generated.h"
#include "model/flatbuffer_bytes.h"
#include "model/graph.h"
#include "model/metadata.h"

namespace echolens {
namespace {

namespace fb = metadata_format;

constexpr std::size_t kLongestText = 200;                   // bytes of a name, a version or a label
constexpr std::size_t kLongestCard = std::size_t{1} << 20;  // bytes
constexpr std::size_t kMostLabels = 1000;
constexpr std::int32_t kLongestSide = 4096;  // pixels of the network's input
constexpr std::size_t kMostOutputs = 64;
constexpr std::size_t kMostOperatingPoints = 16;
constexpr std::size_t kMostFigures = 256;

Error Invalid(const std::string& what) {
  return {ErrorCode::kModelInvalid, "echolens metadata: " + what};
}

// Well-formed UTF-8 without control characters: it goes into records as it is. Line breaks only
// where text has `lines`.
bool IsPrintable(std::string_view text, bool lines = false) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lines && lead == '\n') {
      ++i;
      continue;
    }
    if (lead < 0x20 || lead == 0x7F || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4) return false;
    if (length > text.size() - i) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<std::uint8_t>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      point = point << 6 | (byte & 0x3F);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool control = point >= 0x80 && point < 0xA0;
    if (overlong || control || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
      return false;
    i += length;
  }
  return true;
}

Result<std::string> ReadOptionalText(const flatbuffers::String* text, const std::string& field) {
  if (Size(text) > kLongestText) {
    return Invalid(field + " has " + std::to_string(text->size()) + " bytes, expected up to " +
                   std::to_string(kLongestText));
  }
  if (!IsPrintable(Text(text))) {
    return Invalid(field + " is no printable UTF-8: " + Quoted(Text(text)));
  }
  return std::string(Text(text));
}

Result<std::string> ReadText(const flatbuffers::String* text, const std::string& field) {
  if (Size(text) == 0) return Invalid(field + " is missing");
  return ReadOptionalText(text, field);
}

// At most `most`, which guards against files made to be large.
template <class T>
Status CheckCount(const flatbuffers::Vector<T>* entries, std::size_t most,
                  const std::string& field) {
  if (Size(entries) <= most) return Ok();
  return Invalid(field + " are " + std::to_string(Size(entries)) + ", expected up to " +
                 std::to_string(most));
}

Status CheckFinite(const std::vector<float>& values, const std::string& field) {
  if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return Ok();
  return Invalid(field + " holds a number that is not finite");
}

Result<std::vector<float>> ReadChannels(const flatbuffers::Vector<float>* values, int channels,
                                        const std::string& field) {
  if (Size(values) != static_cast<std::size_t>(channels)) {
    return Invalid(field + " has " + std::to_string(Size(values)) +
                   " numbers, expected one a channel, " + std::to_string(channels));
  }
  std::vector<float> copy = Copy(values);
  ECHOLENS_CHECK(CheckFinite(copy, field));
  return copy;
}

Result<Preprocessing> ReadPreprocessing(const fb::Preprocessing* file) {
  if (file == nullptr) return Invalid("preprocessing is missing");
  Preprocessing preprocessing;
  preprocessing.width = file->width();
  preprocessing.height = file->height();
  if (std::min(file->width(), file->height()) < 1 ||
      std::max(file->width(), file->height()) > kLongestSide) {
    return Invalid("preprocessing.width and height are " + std::to_string(file->width()) + " and " +
                   std::to_string(file->height()) + ", expected 1 to " +
                   std::to_string(kLongestSide));
  }
  preprocessing.channels = file->channels();
  if (file->channels() != 1 && file->channels() != 3) {
    return Invalid("preprocessing.channels is " + std::to_string(file->channels()) +
                   ", expected 1 or 3");
  }
  switch (file->fit()) {
    case fb::Fit::LETTERBOX: preprocessing.fit = Fit::kLetterbox; break;
    case fb::Fit::STRETCH: preprocessing.fit = Fit::kStretch; break;
    default:
      return Invalid("preprocessing.fit is " + std::to_string(static_cast<int>(file->fit())) +
                     ", expected 0 (letterbox) or 1 (stretch)");
  }
  preprocessing.padding_value = file->padding_value();
  ECHOLENS_ASSIGN(preprocessing.mean,
                  ReadChannels(file->mean(), file->channels(), "preprocessing.mean"));
  ECHOLENS_ASSIGN(preprocessing.scale,
                  ReadChannels(file->scale(), file->channels(), "preprocessing.scale"));
  if (std::ranges::count(preprocessing.scale, 0.0f) > 0) {
    return Invalid("preprocessing.scale is 0: the network would see nothing");
  }
  return preprocessing;
}

Result<float> ReadTemperature(float temperature, const std::string& field) {
  if (std::isfinite(temperature) && temperature > 0) return temperature;
  return Invalid(field + " is " + NumberText(temperature) + ", expected a positive number");
}

Result<Head> ReadHead(const fb::Head* file) {
  if (file == nullptr) return Invalid("head is missing");
  Head head;
  switch (file->kind()) {
    case fb::HeadKind::SOFTMAX: head.kind = HeadKind::kSoftmax; break;
    case fb::HeadKind::FACTORED: head.kind = HeadKind::kFactored; break;
    default:
      return Error{ErrorCode::kModelUnsupported,
                   "echolens metadata: head.kind is " +
                       std::to_string(static_cast<int>(file->kind())) +
                       ", expected 0 (softmax) or 1 (factored); a later echolens may know it"};
  }
  ECHOLENS_ASSIGN(head.logits, ReadText(file->logits(), "head.logits"));
  ECHOLENS_ASSIGN(head.temperature, ReadTemperature(file->temperature(), "head.temperature"));
  ECHOLENS_ASSIGN(head.malignant_temperature,
                  ReadTemperature(file->malignant_temperature(), "head.malignant_temperature"));
  return head;
}

Result<std::vector<std::string>> ReadLabels(
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* file) {
  if (Size(file) < 2 || Size(file) > kMostLabels) {
    return Invalid("labels are " + std::to_string(Size(file)) + ", expected 2 to " +
                   std::to_string(kMostLabels));
  }
  std::vector<std::string> labels;
  for (const flatbuffers::String* text : *file) {
    ECHOLENS_ASSIGN(std::string label, ReadText(text, "label " + std::to_string(labels.size())));
    if (std::ranges::count(labels, label) > 0) return Invalid("label " + Quoted(label) + " twice");
    labels.push_back(std::move(label));
  }
  return labels;
}

Result<GoldenCase> ReadGolden(const fb::GoldenCase& file) {
  if (Size(file.outputs()) < 1 || Size(file.outputs()) > kMostOutputs) {
    return Invalid("golden.outputs are " + std::to_string(Size(file.outputs())) +
                   ", expected 1 to " + std::to_string(kMostOutputs));
  }
  GoldenCase golden;
  golden.seed = file.seed();
  for (const fb::GoldenOutput* output : *file.outputs())
    golden.outputs.push_back(Copy(output->data()));
  return golden;
}

Result<Estimate> ReadEstimate(const fb::Estimate& file, const std::string& field) {
  const Estimate estimate{file.value(), file.lower(), file.upper()};
  ECHOLENS_CHECK(CheckFinite({estimate.value, estimate.lower, estimate.upper}, field));
  if (estimate.lower <= estimate.value && estimate.value <= estimate.upper) return estimate;
  return Invalid(field + " is " + NumberText(estimate.value) +
                 ", which is not within its interval " + NumberText(estimate.lower) + " to " +
                 NumberText(estimate.upper));
}

Result<std::optional<Estimate>> ReadShare(const fb::Estimate* file, const std::string& field) {
  if (file == nullptr) return std::optional<Estimate>();
  ECHOLENS_ASSIGN(const Estimate estimate, ReadEstimate(*file, field));
  if (estimate.lower < 0 || estimate.upper > 1) {
    return Invalid(field + " goes from " + NumberText(estimate.lower) + " to " +
                   NumberText(estimate.upper) + ", expected within 0 and 1");
  }
  return std::optional(estimate);
}

Result<OperatingPoint> ReadOperatingPoint(const fb::OperatingPoint& file, std::size_t labels) {
  OperatingPoint point;
  ECHOLENS_ASSIGN(point.name, ReadText(file.name(), "the name of an operating point"));
  const std::string field = "operating point " + Quoted(point.name);
  point.label = file.label();
  if (point.label >= labels) {
    return Invalid(field + " is about label " + std::to_string(point.label) + " of " +
                   std::to_string(labels));
  }
  point.threshold = file.threshold();
  if (!(point.threshold >= 0 && point.threshold <= 1)) {
    return Invalid(field + " has the threshold " + NumberText(point.threshold) +
                   ", expected a probability");
  }
  ECHOLENS_ASSIGN(point.sensitivity, ReadShare(file.sensitivity(), field + ": sensitivity"));
  ECHOLENS_ASSIGN(point.specificity, ReadShare(file.specificity(), field + ": specificity"));
  ECHOLENS_ASSIGN(point.data, ReadOptionalText(file.data(), field + ": data"));
  return point;
}

Result<std::vector<OperatingPoint>> ReadOperatingPoints(const fb::Metadata& file) {
  std::vector<OperatingPoint> points;
  ECHOLENS_CHECK(CheckCount(file.operating_points(), kMostOperatingPoints, "operating points"));
  for (std::uint32_t i = 0; i < Size(file.operating_points()); ++i) {
    ECHOLENS_ASSIGN(OperatingPoint point,
                    ReadOperatingPoint(*file.operating_points()->Get(i), Size(file.labels())));
    if (std::ranges::count(points, point.name, &OperatingPoint::name) > 0) {
      return Invalid("operating point " + Quoted(point.name) + " twice");
    }
    points.push_back(std::move(point));
  }
  return points;
}

Result<Conformal> ReadConformal(const fb::Conformal& file, std::size_t labels) {
  Conformal conformal{file.coverage(), Copy(file.quantiles())};
  if (!(conformal.coverage > 0 && conformal.coverage < 1)) {
    return Invalid("conformal.coverage is " + NumberText(conformal.coverage) +
                   ", expected between 0 and 1");
  }
  if (conformal.quantiles.size() != labels) {
    return Invalid("conformal.quantiles has " + std::to_string(conformal.quantiles.size()) +
                   " numbers, expected one a label, " + std::to_string(labels));
  }
  for (const float quantile : conformal.quantiles) {
    if (quantile >= 0 && quantile <= 1) continue;
    return Invalid("conformal.quantiles holds " + NumberText(quantile) + ", expected 0 to 1");
  }
  return conformal;
}

Result<GateCentre> ReadGateCentre(const fb::GateCentre& file, const std::string& name) {
  GateCentre centre{Copy(file.mean()), Copy(file.inverse_covariance())};
  const std::size_t n = centre.mean.size(), numbers = centre.inverse_covariance.size();
  if (n == 0) return Invalid(name + ".mean is missing");
  if (numbers != n && numbers != n * n) {
    return Invalid(name + ".inverse_covariance has " + std::to_string(numbers) +
                   " numbers, expected " + std::to_string(n) + " (a diagonal) or " +
                   std::to_string(n * n));
  }
  ECHOLENS_CHECK(CheckFinite(centre.mean, name + ".mean"));
  ECHOLENS_CHECK(CheckFinite(centre.inverse_covariance, name + ".inverse_covariance"));
  return centre;
}

Result<Gate> ReadGate(const fb::Gate& file) {
  Gate gate{{}, {}, file.threshold()};
  ECHOLENS_ASSIGN(gate.features, ReadText(file.features(), "gate.features"));
  if (Size(file.centres()) == 0) return Invalid("gate.centres is missing");
  for (std::uint32_t i = 0; i < Size(file.centres()); ++i) {
    const std::string name = "gate.centres[" + std::to_string(i) + "]";
    ECHOLENS_ASSIGN(GateCentre centre, ReadGateCentre(*file.centres()->Get(i), name));
    gate.centres.push_back(std::move(centre));
  }
  if (!std::isfinite(gate.threshold) || gate.threshold <= 0) {
    return Invalid("gate.threshold is " + NumberText(gate.threshold) +
                   ", expected a positive number");
  }
  return gate;
}

Result<std::vector<View>> ReadViews(const flatbuffers::Vector<fb::View>* file) {
  std::vector<View> views;
  for (std::uint32_t i = 0; i < Size(file); ++i) {
    const auto number = static_cast<int>(file->Get(i));
    if (number >= static_cast<int>(kViewNames.size())) {
      return Error{
          ErrorCode::kModelUnsupported,
          "echolens metadata: a view is " + std::to_string(number) +
              ", expected 0 (identity) … 3 (close_up_mirror); a later echolens may know it"};
    }
    const auto view = static_cast<View>(number);
    if (std::ranges::count(views, view) > 0) {
      return Invalid("view " + std::to_string(number) + " twice");
    }
    views.push_back(view);
  }
  return views;
}

Result<ActivationMap> ReadActivationMap(const fb::ActivationMap& file) {
  ActivationMap map;
  ECHOLENS_ASSIGN(map.features, ReadText(file.features(), "activation_map.features"));
  ECHOLENS_ASSIGN(map.weights, ReadText(file.weights(), "activation_map.weights"));
  return map;
}

Result<std::string> ReadCard(const flatbuffers::String* text) {
  if (Size(text) > kLongestCard) {
    return Invalid("card has " + std::to_string(text->size()) + " bytes, expected up to " +
                   std::to_string(kLongestCard));
  }
  if (!IsPrintable(Text(text), true)) return Invalid("card is no printable UTF-8");
  return std::string(Text(text));
}

Result<std::vector<Figure>> ReadFigures(const fb::Metadata& file) {
  std::vector<Figure> figures;
  ECHOLENS_CHECK(CheckCount(file.figures(), kMostFigures, "figures"));
  for (std::uint32_t i = 0; i < Size(file.figures()); ++i) {
    const fb::Figure& entry = *file.figures()->Get(i);
    Figure figure;
    ECHOLENS_ASSIGN(figure.name, ReadText(entry.name(), "the name of a figure"));
    const std::string field = "figure " + Quoted(figure.name);
    if (entry.value() == nullptr) return Invalid(field + " has no value");
    ECHOLENS_ASSIGN(figure.value, ReadEstimate(*entry.value(), field));
    ECHOLENS_ASSIGN(figure.data, ReadOptionalText(entry.data(), field + ": data"));
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace

Result<Metadata> UnpackMetadata(std::span<const std::uint8_t> bytes) {
  const AlignedBytes aligned(bytes);
  if (!VerifyFlatBuffer<fb::Metadata>(aligned.get(), fb::MetadataIdentifier())) {
    return Error{ErrorCode::kModelCorrupt, "the model's echolens metadata are damaged"};
  }
  const fb::Metadata& file = *fb::GetMetadata(aligned.get().data());
  if (file.format_version() > kMetadataFormat) {
    return Error{ErrorCode::kModelUnsupported,
                 "the model was made for a later echolens: its metadata are of format " +
                     std::to_string(file.format_version()) + ", this one reads format " +
                     std::to_string(kMetadataFormat)};
  }
  if (file.format_version() < kMetadataFormat) return Invalid("format_version is missing");

  Metadata metadata;
  ECHOLENS_ASSIGN(metadata.name, ReadText(file.name(), "name"));
  ECHOLENS_ASSIGN(metadata.version, ReadText(file.version(), "version"));
  ECHOLENS_ASSIGN(metadata.labels, ReadLabels(file.labels()));
  ECHOLENS_ASSIGN(metadata.preprocessing, ReadPreprocessing(file.preprocessing()));
  ECHOLENS_ASSIGN(metadata.head, ReadHead(file.head()));
  if (file.golden() != nullptr) {
    ECHOLENS_ASSIGN(metadata.golden, ReadGolden(*file.golden()));
  }
  ECHOLENS_ASSIGN(metadata.operating_points, ReadOperatingPoints(file));
  if (file.conformal() != nullptr) {
    ECHOLENS_ASSIGN(metadata.conformal, ReadConformal(*file.conformal(), metadata.labels.size()));
  }
  if (file.gate() != nullptr) {
    ECHOLENS_ASSIGN(metadata.gate, ReadGate(*file.gate()));
  }
  ECHOLENS_ASSIGN(metadata.views, ReadViews(file.views()));
  if (file.activation_map() != nullptr) {
    ECHOLENS_ASSIGN(metadata.activation_map, ReadActivationMap(*file.activation_map()));
  }
  ECHOLENS_ASSIGN(metadata.lesion_map, ReadOptionalText(file.lesion_map(), "lesion_map"));
  ECHOLENS_ASSIGN(metadata.card, ReadCard(file.card()));
  ECHOLENS_ASSIGN(metadata.figures, ReadFigures(file));
  return metadata;
}

}  // namespace echolens

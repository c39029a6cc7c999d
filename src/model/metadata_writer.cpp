#include "metadata_generated.h"
#include "model/metadata.h"

namespace echolens {
namespace {

namespace fb = metadata_format;
using flatbuffers::Offset;
using Builder = flatbuffers::FlatBufferBuilder;

// A field that is not there takes no place in the file.
Offset<flatbuffers::String> PackText(Builder& builder, const std::string& text) {
  return text.empty() ? Offset<flatbuffers::String>() : builder.CreateString(text);
}

template <class T>
Offset<flatbuffers::Vector<Offset<T>>> PackList(Builder& builder,
                                                const std::vector<Offset<T>>& entries) {
  return entries.empty() ? Offset<flatbuffers::Vector<Offset<T>>>() : builder.CreateVector(entries);
}

Offset<fb::GoldenCase> PackGolden(Builder& builder, const GoldenCase& golden) {
  std::vector<Offset<fb::GoldenOutput>> outputs;
  for (const auto& output : golden.outputs) {
    outputs.push_back(fb::CreateGoldenOutputDirect(builder, &output));
  }
  return fb::CreateGoldenCaseDirect(builder, golden.seed, &outputs);
}

Offset<fb::Preprocessing> PackPreprocessing(Builder& builder, const Preprocessing& input) {
  return fb::CreatePreprocessingDirect(
      builder, input.width, input.height, input.channels,
      input.fit == Fit::kLetterbox ? fb::Fit::LETTERBOX : fb::Fit::STRETCH, input.padding_value,
      &input.mean, &input.scale);
}

Offset<fb::Head> PackHead(Builder& builder, const Head& head) {
  return fb::CreateHeadDirect(
      builder, head.kind == HeadKind::kSoftmax ? fb::HeadKind::SOFTMAX : fb::HeadKind::FACTORED,
      head.logits.c_str(), head.temperature, head.malignant_temperature);
}

Offset<fb::Estimate> PackEstimate(Builder& builder, const std::optional<Estimate>& estimate) {
  if (!estimate) return {};
  return fb::CreateEstimate(builder, estimate->value, estimate->lower, estimate->upper);
}

Offset<fb::OperatingPoint> PackOperatingPoint(Builder& builder, const OperatingPoint& point) {
  const auto name = builder.CreateString(point.name);
  const auto sensitivity = PackEstimate(builder, point.sensitivity);
  const auto specificity = PackEstimate(builder, point.specificity);
  const auto data = PackText(builder, point.data);
  return fb::CreateOperatingPoint(builder, name, static_cast<std::uint32_t>(point.label),
                                  point.threshold, sensitivity, specificity, data);
}

Offset<fb::Gate> PackGate(Builder& builder, const Gate& gate) {
  std::vector<Offset<fb::GateCentre>> centres;
  for (const GateCentre& centre : gate.centres) {
    centres.push_back(
        fb::CreateGateCentreDirect(builder, &centre.mean, &centre.inverse_covariance));
  }
  return fb::CreateGateDirect(builder, gate.features.c_str(), gate.threshold, &centres);
}

Offset<fb::Figure> PackFigure(Builder& builder, const Figure& figure) {
  const auto name = builder.CreateString(figure.name);
  const auto value = PackEstimate(builder, figure.value);
  return fb::CreateFigure(builder, name, value, PackText(builder, figure.data));
}

}  // namespace

std::vector<std::uint8_t> PackMetadata(const Metadata& metadata) {
  Builder builder;
  Offset<fb::GoldenCase> golden;
  if (metadata.golden) golden = PackGolden(builder, *metadata.golden);
  const auto preprocessing = PackPreprocessing(builder, metadata.preprocessing);
  const auto head = PackHead(builder, metadata.head);
  const auto labels = builder.CreateVectorOfStrings(metadata.labels);
  const auto name = builder.CreateString(metadata.name);
  const auto version = builder.CreateString(metadata.version);
  const auto hash = builder.CreateVector(std::vector<std::uint8_t>(32));

  std::vector<Offset<fb::OperatingPoint>> points;
  for (const OperatingPoint& point : metadata.operating_points) {
    points.push_back(PackOperatingPoint(builder, point));
  }
  const auto operating_points = PackList(builder, points);
  Offset<fb::Conformal> conformal;
  if (metadata.conformal) {
    conformal = fb::CreateConformalDirect(builder, metadata.conformal->coverage,
                                          &metadata.conformal->quantiles);
  }
  Offset<fb::Gate> gate;
  if (metadata.gate) gate = PackGate(builder, *metadata.gate);
  std::vector<fb::View> kinds;
  for (const View view : metadata.views) {
    kinds.push_back(static_cast<fb::View>(view));
  }
  Offset<flatbuffers::Vector<fb::View>> views;
  if (!kinds.empty()) views = builder.CreateVector(kinds);
  Offset<fb::ActivationMap> activation_map;
  if (metadata.activation_map) {
    activation_map =
        fb::CreateActivationMapDirect(builder, metadata.activation_map->features.c_str(),
                                      metadata.activation_map->weights.c_str());
  }
  const auto lesion_map = PackText(builder, metadata.lesion_map);
  const auto card = PackText(builder, metadata.card);
  std::vector<Offset<fb::Figure>> numbers;
  for (const Figure& figure : metadata.figures) numbers.push_back(PackFigure(builder, figure));
  const auto figures = PackList(builder, numbers);

  builder.Finish(fb::CreateMetadata(builder, kMetadataFormat, hash, name, version, labels,
                                    preprocessing, head, golden, operating_points, conformal, gate,
                                    views, activation_map, lesion_map, card, figures),
                 fb::MetadataIdentifier());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace echolens

#include "model/metadata.h"

#include <algorithm>
#include <cmath>

#include "metadata_generated.h"
#include "model/flatbuffer_bytes.h"
#include "model/graph.h"

namespace echolens {
namespace {

namespace fb = metadata_format;

constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kLongestText = 200;  // bytes of a name, a version or a label
constexpr std::size_t kMostLabels = 1000;
constexpr std::int32_t kLongestSide = 4096;  // pixels of the network's input
constexpr std::size_t kMostOutputs = 64;

Error Invalid(const std::string& what) {
  return {ErrorCode::kModelInvalid, "echolens metadata: " + what};
}

// Well-formed UTF-8 without control characters: it goes into records as it is.
bool IsPrintable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
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

Result<std::string> ReadText(const flatbuffers::String* text, const std::string& field) {
  if (Size(text) == 0) return Invalid(field + " is missing");
  if (text->size() > kLongestText) {
    return Invalid(field + " has " + std::to_string(text->size()) + " bytes, expected up to " +
                   std::to_string(kLongestText));
  }
  if (!IsPrintable(Text(text))) {
    return Invalid(field + " is no printable UTF-8: " + Quoted(Text(text)));
  }
  return std::string(Text(text));
}

Result<std::vector<float>> ReadChannels(const flatbuffers::Vector<float>* values, int channels,
                                        const std::string& field) {
  if (Size(values) != static_cast<std::size_t>(channels)) {
    return Invalid(field + " has " + std::to_string(Size(values)) +
                   " numbers, expected one a channel, " + std::to_string(channels));
  }
  std::vector<float> copy = Copy(values);
  if (!std::ranges::all_of(copy, [](float value) { return std::isfinite(value); })) {
    return Invalid(field + " holds a number that is not finite");
  }
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

Result<Head> ReadHead(const fb::Head* file) {
  if (file == nullptr) return Invalid("head is missing");
  Head head;
  if (file->kind() != fb::HeadKind::SOFTMAX) {
    return Error{ErrorCode::kModelUnsupported,
                 "echolens metadata: head.kind is " +
                     std::to_string(static_cast<int>(file->kind())) +
                     ", expected 0 (softmax); a later echolens may know it"};
  }
  ECHOLENS_ASSIGN(head.logits, ReadText(file->logits(), "head.logits"));
  head.temperature = file->temperature();
  if (!std::isfinite(head.temperature) || head.temperature <= 0) {
    return Invalid("head.temperature is " + NumberText(head.temperature) +
                   ", expected a positive number");
  }
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

}  // namespace

std::vector<std::uint8_t> PackMetadata(const Metadata& metadata) {
  flatbuffers::FlatBufferBuilder builder;
  flatbuffers::Offset<fb::GoldenCase> golden;
  if (metadata.golden) {
    std::vector<flatbuffers::Offset<fb::GoldenOutput>> outputs;
    for (const auto& output : metadata.golden->outputs) {
      outputs.push_back(fb::CreateGoldenOutputDirect(builder, &output));
    }
    golden = fb::CreateGoldenCaseDirect(builder, metadata.golden->seed, &outputs);
  }
  const Preprocessing& input = metadata.preprocessing;
  const auto preprocessing = fb::CreatePreprocessingDirect(
      builder, input.width, input.height, input.channels,
      input.fit == Fit::kLetterbox ? fb::Fit::LETTERBOX : fb::Fit::STRETCH, input.padding_value,
      &input.mean, &input.scale);
  const auto head = fb::CreateHeadDirect(builder, fb::HeadKind::SOFTMAX,
                                         metadata.head.logits.c_str(), metadata.head.temperature);
  const auto labels = builder.CreateVectorOfStrings(metadata.labels);
  const auto name = builder.CreateString(metadata.name);
  const auto version = builder.CreateString(metadata.version);
  const auto hash = builder.CreateVector(std::vector<std::uint8_t>(32));
  builder.Finish(fb::CreateMetadata(builder, kFormatVersion, hash, name, version, labels,
                                    preprocessing, head, golden),
                 fb::MetadataIdentifier());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

Result<Metadata> UnpackMetadata(std::span<const std::uint8_t> bytes) {
  const AlignedBytes aligned(bytes);
  if (!VerifyFlatBuffer<fb::Metadata>(aligned.get(), fb::MetadataIdentifier())) {
    return Error{ErrorCode::kModelCorrupt, "the model's echolens metadata are damaged"};
  }
  const fb::Metadata& file = *fb::GetMetadata(aligned.get().data());
  if (file.format_version() > kFormatVersion) {
    return Error{ErrorCode::kModelUnsupported,
                 "the model was made for a later echolens: its metadata are of format " +
                     std::to_string(file.format_version()) + ", this one reads format " +
                     std::to_string(kFormatVersion)};
  }
  if (file.format_version() < kFormatVersion) return Invalid("format_version is missing");

  Metadata metadata;
  ECHOLENS_ASSIGN(metadata.name, ReadText(file.name(), "name"));
  ECHOLENS_ASSIGN(metadata.version, ReadText(file.version(), "version"));
  ECHOLENS_ASSIGN(metadata.labels, ReadLabels(file.labels()));
  ECHOLENS_ASSIGN(metadata.preprocessing, ReadPreprocessing(file.preprocessing()));
  ECHOLENS_ASSIGN(metadata.head, ReadHead(file.head()));
  if (file.golden() != nullptr) {
    ECHOLENS_ASSIGN(metadata.golden, ReadGolden(*file.golden()));
  }
  return metadata;
}

Status CheckMetadata(const Metadata& metadata, const Graph& graph) {
  const auto tensor = [&graph](TensorId id) -> const TensorInfo& {
    return graph.tensors[static_cast<std::size_t>(id)];
  };
  const Preprocessing& input = metadata.preprocessing;
  const Shape picture{1, input.height, input.width, input.channels};
  if (graph.inputs.size() != 1) {
    return Invalid("the network has " + std::to_string(graph.inputs.size()) +
                   " inputs, expected one picture");
  }
  if (tensor(graph.inputs[0]).shape != picture) {
    return Invalid("the network's input is " + ShapeText(tensor(graph.inputs[0]).shape) +
                   ", expected " + ShapeText(picture) + " as preprocessing says");
  }

  const auto named = [&](TensorId id) { return tensor(id).name == metadata.head.logits; };
  const auto logits = std::ranges::find_if(graph.outputs, named);
  if (std::ranges::count_if(graph.outputs, named) != 1) {
    return Invalid("head.logits is " + Quoted(metadata.head.logits) +
                   ", expected the name of one output");
  }
  const Shape expected{1, static_cast<std::int32_t>(metadata.labels.size())};
  if (tensor(*logits).shape != expected) {
    return Invalid("the logits are " + ShapeText(tensor(*logits).shape) + ", expected " +
                   ShapeText(expected) + ", one a label");
  }

  if (!metadata.golden) return Ok();
  if (metadata.golden->outputs.size() != graph.outputs.size()) {
    return Invalid("golden.outputs are " + std::to_string(metadata.golden->outputs.size()) +
                   ", expected one a network output, " + std::to_string(graph.outputs.size()));
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorInfo& output = tensor(graph.outputs[i]);
    const auto bytes =
        static_cast<std::size_t>(ElementCount(output.shape)) * ElementSize(output.type);
    if (metadata.golden->outputs[i].size() == bytes) continue;
    return Invalid("golden output " + std::to_string(i) + " has " +
                   std::to_string(metadata.golden->outputs[i].size()) + " bytes, expected " +
                   std::to_string(bytes));
  }
  return Ok();
}

}  // namespace echolens

#include "convert/describe.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "convert/activation_map.h"
#include "convert/card.h"
#include "convert/samples.h"
#include "files.h"

namespace echolens::convert {
namespace {

constexpr std::size_t kLargestCard = std::size_t{256} << 20;  // bytes; a gate's matrix is large

Error WrongUse(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }

Result<std::string> ReadText(const std::string& path) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  tools::ReadFile(path, kLargestCard, ErrorCode::kInvalidArgument));
  return std::string(bytes.begin(), bytes.end());
}

// Size and channels are the network's.
void FitInput(const Graph& graph, Preprocessing& preprocessing) {
  if (!TakesPicture(graph)) return;
  const Shape& shape = graph.tensors[static_cast<std::size_t>(graph.inputs[0])].shape;
  preprocessing.height = shape[1];
  preprocessing.width = shape[2];
  if (preprocessing.channels == shape[3]) return;
  preprocessing.channels = shape[3];
  preprocessing.mean.assign(static_cast<std::size_t>(shape[3]), preprocessing.mean[0]);
  preprocessing.scale.assign(static_cast<std::size_t>(shape[3]), preprocessing.scale[0]);
}

Status ReadPreprocessingOption(const std::string& option, Preprocessing& preprocessing) {
  if (option.empty()) return Ok();
  if (option.starts_with('{')) return ReadPreprocessing(option, "--preprocess", preprocessing);
  ECHOLENS_ASSIGN(const std::string text, ReadText(option));
  return ReadPreprocessing(text, "'" + option + "'", preprocessing);
}

// One a channel: metadata are checked anyway, but a plain network has none.
Status CheckChannels(const Preprocessing& preprocessing) {
  for (const auto& [name, values] :
       {std::pair{"mean", &preprocessing.mean}, {"scale", &preprocessing.scale}}) {
    if (values->size() == static_cast<std::size_t>(preprocessing.channels)) continue;
    return WrongUse("preprocessing." + std::string(name) + " has " +
                    std::to_string(values->size()) + " numbers, expected one a channel, " +
                    std::to_string(preprocessing.channels));
  }
  return Ok();
}

Result<Metadata> ReadMetadata(const ConvertOptions& options, const std::optional<Metadata>& before,
                              const Graph& graph) {
  Metadata metadata = before.value_or(Metadata{});
  metadata.golden.reset();
  if (!options.labels.empty()) metadata.labels = options.labels;
  FitInput(graph, metadata.preprocessing);
  if (!options.card.empty()) {
    ECHOLENS_ASSIGN(const std::string text, ReadText(options.card));
    ECHOLENS_CHECK(ReadCard(text, "'" + options.card + "'", metadata));
  }
  ECHOLENS_CHECK(ReadPreprocessingOption(options.preprocessing, metadata.preprocessing));
  ECHOLENS_CHECK(CheckChannels(metadata.preprocessing));
  if (!options.name.empty()) metadata.name = options.name;
  if (!options.version.empty()) metadata.version = options.version;
  return metadata;
}

}  // namespace

Result<Description> Describe(const ConvertOptions& options, const std::optional<Metadata>& before,
                             Lowered& lowered) {
  ECHOLENS_ASSIGN(Metadata metadata, ReadMetadata(options, before, lowered.graph));
  Description description;
  description.preprocessing = metadata.preprocessing;
  if (metadata.labels.empty()) {
    if (options.card.empty() && metadata.name.empty() && metadata.version.empty()) {
      return description;
    }
    return WrongUse("a classifier needs --labels, or labels in its card");
  }
  if (metadata.name.empty()) metadata.name = std::filesystem::path(options.source).stem().string();
  if (metadata.version.empty()) metadata.version = "1";

  ECHOLENS_ASSIGN(description.head, TakeHead(lowered, metadata));
  if (!options.activation_map) {
    metadata.activation_map.reset();
  } else if (!metadata.activation_map) {
    metadata.activation_map = KeepFeatureMap(lowered.graph, metadata.head.logits);
  }
  // Packed and read again, every field is checked; then whether it fits the network.
  ECHOLENS_ASSIGN(metadata, UnpackMetadata(PackMetadata(metadata)));
  ECHOLENS_CHECK(CheckMetadata(metadata, lowered.graph));
  description.metadata = std::move(metadata);
  return description;
}

}  // namespace echolens::convert

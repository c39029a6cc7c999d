#include "convert/keras.h"

#include "convert/keras/archive.h"
#include "convert/keras/graph.h"
#include "convert/keras/hdf5_file.h"
#include "convert/keras/json.h"
#include "convert/keras/model_config.h"
#include "convert/keras/weights.h"

namespace echolens::convert {
namespace {

using namespace keras;

// "2.21.0" is 2; the first versions did not say.
int Major(const std::string& version) { return version.starts_with("3.") ? 3 : 2; }

}  // namespace

Result<SourceNetwork> ReadKeras(std::span<const std::uint8_t> file) {
  ECHOLENS_ASSIGN(const Archive archive, ReadArchive(file));
  ECHOLENS_ASSIGN(const Json metadata, ParseJson(archive.metadata, "metadata.json"));
  ECHOLENS_ASSIGN(const Json config, ParseJson(archive.config, "config.json"));
  ECHOLENS_ASSIGN(ModelNode model, ReadModelConfig(config));
  ECHOLENS_ASSIGN(const Hdf5File weights, Hdf5File::Open(archive.weights));
  ECHOLENS_CHECK(FindArchiveWeights(weights, model));
  return BuildNetwork(model, weights, Major(TextOr(metadata, "keras_version")));
}

Result<SourceNetwork> ReadKerasHdf5(std::span<const std::uint8_t> file) {
  ECHOLENS_ASSIGN(const Hdf5File hdf5, Hdf5File::Open(file));
  if (!hdf5.HasAttribute("", "model_config")) {
    return Error{ErrorCode::kSourceCorrupt,
                 "the file has weights alone, no model_config: save the whole model with "
                 "model.save, not with save_weights"};
  }
  ECHOLENS_ASSIGN(const std::string text, hdf5.Text("", "model_config"));
  ECHOLENS_ASSIGN(const Json config, ParseJson(text, "model_config"));
  std::string version;
  if (hdf5.HasAttribute("", "keras_version")) {
    ECHOLENS_ASSIGN(version, hdf5.Text("", "keras_version"));
  }
  ECHOLENS_ASSIGN(ModelNode model, ReadModelConfig(config));
  ECHOLENS_CHECK(FindHdf5Weights(hdf5, model));
  return BuildNetwork(model, hdf5, Major(version));
}

}  // namespace echolens::convert

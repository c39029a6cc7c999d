// A model file of any bytes: read, and when it is one, written and read again to the same model.
#include <cstdint>

#include "model/check.h"
#include "model/tflite.h"
#include "support/require.h"

using namespace echolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Metadata alone too: within a file, the content hash stands guard before them.
  if (const Result<Metadata> metadata = UnpackMetadata({data, size}); metadata.ok()) {
    const auto packed = PackMetadata(*metadata);
    const Result<Metadata> again = UnpackMetadata(packed);
    Require(again.ok() && PackMetadata(*again) == packed);
  }
  const Result<ModelFile> model = ReadTflite({data, size});
  if (!model.ok()) {
    Require(!model.error().detail.empty());
    return 0;
  }
  Require(CheckGraph(model->graph).ok());
  const auto file = WriteTflite(*model);
  const Result<ModelFile> again = ReadTflite(file);
  Require(again.ok() && again->graph == model->graph && WriteTflite(*again) == file);
  return 0;
}

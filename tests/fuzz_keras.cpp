// Keras files of any bytes: archives, HDF5 files, and, since a zip file's check sums keep a fuzzer
// out, the parts of an archive side by side (configuration, a zero byte, weights).
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

#include "convert/keras.h"
#include "support/require.h"
#include "tools/convert/keras/sample_archive.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

Result<SourceNetwork> Read(std::span<const std::uint8_t> file) {
  if (!file.empty() && file[0] == 'P') return ReadKeras(file);
  if (!file.empty() && file[0] == '{') {
    const auto end = std::ranges::find(file, 0);
    const std::string version = file.size() % 2 == 0 ? "2.15.0" : "3.15.1";
    return ReadKeras(
        MakeZip({{"config.json", Bytes(file.begin(), end)},
                 {"metadata.json", ToBytes(R"({"keras_version": ")" + version + "\"}")},
                 {"model.weights.h5", Bytes(end + (end != file.end()), file.end())}}));
  }
  return ReadKerasHdf5(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<SourceNetwork> network = Read({data, size});
  if (!network.ok()) {
    Require(!network.error().detail.empty());
    return 0;
  }
  Require(!network->outputs.empty() && !network->inputs.empty());
  for (const SourceNode& node : network->nodes) {
    std::vector<Shape> shapes;
    for (const ValueId id : node.inputs) {
      shapes.push_back(network->values[static_cast<std::size_t>(id)].shape);
    }
    const Result<Shape> shape = InferSourceShape(node.op, shapes);
    Require(shape.ok() && *shape == network->values[static_cast<std::size_t>(node.output)].shape);
  }
  return 0;
}

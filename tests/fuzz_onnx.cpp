// An ONNX model of any bytes: read, and when it is one, evaluated on zeros.
#include <algorithm>
#include <cstdint>

#include "convert/evaluate.h"
#include "convert/onnx.h"
#include "support/require.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

// Work of the plain loops, roughly: what a fuzzer has no time for.
bool IsLarge(const SourceNetwork& network) {
  std::int64_t elements = 0;
  for (const SourceValue& value : network.values) {
    elements = std::min<std::int64_t>(elements + ElementCount(value.shape), 1 << 30);
  }
  for (const SourceNode& node : network.nodes) {
    if (const auto* op = std::get_if<Pooling>(&node.op)) {
      elements += std::int64_t{op->size[0]} * op->size[1] *
                  ElementCount(network.values[static_cast<std::size_t>(node.output)].shape) / 64;
    }
  }
  return elements > 1 << 16;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OnnxOptions options;
  options.input_size = {8, 8};
  options.read_external = [](const std::string&) -> Result<std::vector<std::uint8_t>> {
    return std::vector<std::uint8_t>(256, 0);
  };
  const Result<SourceNetwork> network = ReadOnnx({data, size}, options);
  if (!network.ok()) {
    Require(!network.error().detail.empty());
    return 0;
  }
  Require(!network->inputs.empty() && !network->outputs.empty());
  if (IsLarge(*network)) return 0;
  std::vector<std::vector<double>> inputs;
  for (const ValueId id : network->inputs) {
    const Shape& shape = network->values[static_cast<std::size_t>(id)].shape;
    inputs.emplace_back(static_cast<std::size_t>(ElementCount(shape)), 0.0);
  }
  Require(Evaluate(*network, inputs).ok());
  return 0;
}

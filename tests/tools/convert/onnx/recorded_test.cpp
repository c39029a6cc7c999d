// Every model of tests/data/onnx, read and evaluated: onnxruntime's answers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include "convert/evaluate.h"
#include "convert/onnx.h"
#include "support/files.h"
#include "support/npy.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

std::vector<double> Numbers(const std::string& name) {
  const std::vector<std::uint8_t> data = NpyData(ReadTestData("onnx/" + name + ".npy"));
  std::vector<float> values(data.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), data.data(), data.size());
  return {values.begin(), values.end()};
}

OnnxOptions WithFilesBeside() {
  OnnxOptions options;
  options.read_external = [](const std::string& name) -> Result<std::vector<std::uint8_t>> {
    return ReadTestData("onnx/" + name);
  };
  return options;
}

std::size_t CountTransposes(const SourceNetwork& network) {
  return static_cast<std::size_t>(std::ranges::count_if(network.nodes, [](const SourceNode& node) {
    return std::holds_alternative<Transpose>(node.op);
  }));
}

}  // namespace

TEST_CASE("every recorded ONNX model answers as in onnxruntime") {
  const std::vector<std::uint8_t> index = ReadTestData("onnx/index.txt");
  std::istringstream names(std::string(index.begin(), index.end()));
  int count = 0;
  for (std::string name; names >> name; ++count) {
    CAPTURE(name);
    const auto network = ReadOnnx(ReadTestData("onnx/" + name + ".onnx"), WithFilesBeside());
    REQUIRE_MESSAGE(network.ok(), network.error().detail);
    std::vector<std::vector<double>> inputs;
    for (std::size_t i = 0; i < network->inputs.size(); ++i) {
      inputs.push_back(Numbers(name + ".input-" + std::to_string(i)));
    }
    EvaluateOptions options;
    options.quantized = true;
    const auto outputs = Evaluate(*network, inputs, options);
    REQUIRE_MESSAGE(outputs.ok(), outputs.error().detail);
    for (std::size_t i = 0; i < outputs->size(); ++i) {
      const SourceValue& value = network->values[static_cast<std::size_t>(network->outputs[i])];
      CAPTURE(value.name);
      const std::vector<double> expected = Numbers(name + ".output-" + std::to_string(i));
      REQUIRE((*outputs)[i].size() == expected.size());
      double worst = 0;
      for (std::size_t k = 0; k < expected.size(); ++k) {
        const double error = std::abs((*outputs)[i][k] - expected[k]);
        worst = std::max(worst, error / std::max(1.0, std::abs(expected[k])));
      }
      CHECK(worst < 1e-5);
    }
  }
  CHECK(count >= 30);
}

TEST_CASE("the transposes of a network from TensorFlow vanish, its pictures stay NHWC") {
  for (const std::string name : {"tf2onnx-13", "tf2onnx-18", "tf2onnx-map-17", "transposed-13"}) {
    CAPTURE(name);
    const auto network = ReadOnnx(ReadTestData("onnx/" + name + ".onnx"));
    REQUIRE(network.ok());
    CHECK(CountTransposes(*network) == 0);
  }
  const auto network = ReadOnnx(ReadTestData("onnx/tf2onnx-13.onnx"));
  CHECK(network->values[0].shape == Shape{1, 12, 14, 3});
}

TEST_CASE("a network from PyTorch becomes NHWC with one transpose, before its flattened map") {
  for (const std::string name : {"torch-script-17", "torch-dynamo-18"}) {
    CAPTURE(name);
    const auto network = ReadOnnx(ReadTestData("onnx/" + name + ".onnx"));
    REQUIRE(network.ok());
    CHECK(network->values[0].shape == Shape{1, 14, 22, 3});
    CHECK(network->values[0].name == "image");
    CHECK(CountTransposes(*network) == 1);
  }
}

TEST_CASE("quantised models keep their scales") {
  const auto network = ReadOnnx(ReadTestData("onnx/qdq-uint8.onnx"));
  REQUIRE(network.ok());
  int count = 0;
  for (const SourceNode& node : network->nodes) {
    const auto* grid = std::get_if<FakeQuantize>(&node.op);
    if (grid == nullptr) continue;
    ++count;
    CHECK(grid->scale > 0);
    CHECK((grid->zero_point >= -128 && grid->zero_point <= 127));
  }
  CHECK(count > 10);
}

TEST_CASE("external data that are not at hand are named") {
  const auto network = ReadOnnx(ReadTestData("onnx/external-17.onnx"));
  REQUIRE(!network.ok());
  CHECK(network.error().code == ErrorCode::kFileUnreadable);
  CHECK(network.error().detail.find("its external data 'external-17.data' are not at hand") !=
        std::string::npos);
}

TEST_CASE("unknown sizes of the picture are those of the options") {
  // transposed-13 has a dynamic batch alone; dense-13 has one, too, and is no picture.
  OnnxOptions options;
  options.input_size = {5, 5};
  const auto network = ReadOnnx(ReadTestData("onnx/transposed-13.onnx"), options);
  REQUIRE(network.ok());
  CHECK(network->values[0].shape == Shape{1, 6, 8, 3});
}

// The models that TensorFlow's converter wrote give the answers that LiteRT recorded
// (tests/data/README.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>
#include <string>
#include <variant>

#include "model/tflite.h"
#include "runtime/engine.h"
#include "support/files.h"
#include "support/npy.h"

namespace echolens {
namespace {

// Operators for which LiteRT rounds otherwise or XNNPACK has no int8 kernel: one step may lie
// between. All others must give the same bytes.
bool OneStep(const Graph& graph, const Node& node) {
  if (std::holds_alternative<Softmax>(node.op)) return true;
  if (const auto* pool = std::get_if<Pool2d>(&node.op)) return pool->kind == PoolKind::kAverage;
  if (const auto* unary = std::get_if<Unary>(&node.op)) {
    const auto scale = [&](TensorId id) {
      return graph.tensors[static_cast<std::size_t>(id)].quantization.scales;
    };
    const bool clamp = unary->kind == UnaryKind::kRelu || unary->kind == UnaryKind::kRelu6;
    return clamp && scale(node.inputs[0]) != scale(node.outputs[0]);
  }
  return false;
}

// How far an output may be from LiteRT's: nothing or a step, in int8; a step of the scale before it
// was dequantised; what float32 rounds, in absolute terms under 1 and relative ones over it.
struct Tolerance {
  double absolute = 0, relative = 0;
};

Tolerance ToleranceOf(const Graph& graph, TensorId output) {
  double steps = 0;
  bool int8 = false;
  for (const Node& node : graph.nodes) {
    const TensorInfo& written = graph.tensors[static_cast<std::size_t>(node.outputs[0])];
    int8 = int8 || written.type == DataType::kInt8;
    if (written.type == DataType::kInt8 && OneStep(graph, node)) steps = 1;
    if (node.outputs[0] != output || !std::holds_alternative<Dequantize>(node.op)) continue;
    const TensorInfo& before = graph.tensors[static_cast<std::size_t>(node.inputs[0])];
    return {steps * before.quantization.scales[0], steps * 1e-6};
  }
  return int8 ? Tolerance{steps} : Tolerance{1e-5, 1e-5};
}

double Value(DataType type, const std::vector<std::uint8_t>& bytes, std::size_t i) {
  if (type == DataType::kInt8) return static_cast<std::int8_t>(bytes[i]);
  float value;
  std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
  return value;
}

void CheckModel(const std::string& path) {
  CAPTURE(path);
  const Result<ModelFile> model = ReadTflite(ReadTestData(path + ".tflite"));
  REQUIRE(model.ok());
  const Graph& graph = model->graph;
  Result<Engine> engine = Engine::Create(graph);
  REQUIRE(engine.ok());
  for (std::size_t i = 0; i < engine->input_count(); ++i) {
    const auto data = NpyData(ReadTestData(path + ".input-" + std::to_string(i) + ".npy"));
    REQUIRE(data.size() == engine->input(i).bytes().size());
    std::ranges::copy(data, engine->input(i).bytes().begin());
  }
  REQUIRE(engine->Run().ok());
  for (std::size_t i = 0; i < engine->output_count(); ++i) {
    CAPTURE(i);
    CAPTURE(engine->plan().back().kernel);
    const Tensor& output = engine->output(i);
    const std::vector<std::uint8_t> got(output.bytes().begin(), output.bytes().end());
    const auto expected = NpyData(ReadTestData(path + ".output-" + std::to_string(i) + ".npy"));
    REQUIRE(expected.size() == got.size());
    const Tolerance tolerance = ToleranceOf(graph, graph.outputs[i]);
    double excess = 0;
    for (std::size_t k = 0; k < got.size() / ElementSize(output.type()); ++k) {
      const double e = Value(output.type(), expected, k);
      const double allowed = tolerance.absolute + tolerance.relative * std::abs(e);
      excess = std::max(excess, std::abs(Value(output.type(), got, k) - e) - allowed);
    }
    CHECK(excess == 0);
  }
}

std::size_t CheckFolder(const std::string& folder) {
  const std::vector<std::uint8_t> bytes = ReadTestData(folder + "/index.txt");
  std::istringstream index(std::string(bytes.begin(), bytes.end()));
  std::size_t models = 0;
  for (std::string name; std::getline(index, name); ++models) CheckModel(folder + "/" + name);
  return models;
}

TEST_CASE("every operator, float32 and int8, against LiteRT") {
  CHECK(CheckFolder("operators") >= 100);
}

TEST_CASE("whole networks, float32 and int8, against LiteRT") {
  CHECK(CheckFolder("models") >= 15);
}

}  // namespace
}  // namespace echolens

#include "runtime/engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/networks.h"

namespace echolens {
namespace {

TEST_CASE("a whole network gives the reference's answer") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      const TensorId logits =
          AddMobileNetwork(test, test.random.Int(15, 24), test.random.Int(4, 12), 3);
      test.Check({logits});
    }
  }
}

TEST_CASE("several threads give the same answer") {
  for (const DataType type : kBothTypes) {
    NetworkCase test(1, type);
    EngineOptions options;
    options.threads = 3;
    test.Check({AddMobileNetwork(test, 32, 8, 5)}, options);
  }
}

// XNNPACK fuses a pad into the convolution behind it and a clamp into the layer before it.
TEST_CASE("neighbours that XNNPACK fuses answer as each for itself") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      const int channels = random.Int(1, 9);
      const TensorId x = test.Input({1, random.Int(5, 9), random.Int(5, 9), channels});
      const TensorId padded = test.Add(Pad{{0, random.Int(0, 3), random.Int(0, 3), 0},
                                           {0, random.Int(0, 3), random.Int(0, 3), 0}},
                                       {x});
      const Padding padding = random.Flip() ? Padding::kSame : Padding::kValid;
      const int stride = random.Int(1, 2);
      TensorId y = kNoTensor;
      if (random.Flip()) {
        const TensorId w = test.Filter({7, 3, 3, channels}, 0);
        y = test.Add(Conv2d{padding, {stride, stride}}, {padded, w});
      } else {
        const TensorId w = test.Filter({1, 3, 3, channels}, 3);
        y = test.Add(DepthwiseConv2d{padding, {stride, stride}}, {padded, w});
      }
      const Quantization scale = test.graph().tensors[static_cast<std::size_t>(y)].quantization;
      const bool alike = random.Flip();
      if (type == DataType::kInt8 && alike) test.OutputScale(scale.scales[0], scale.zero_points[0]);
      y = test.Add(Unary{random.Flip() ? UnaryKind::kRelu : UnaryKind::kRelu6}, {y});
      y = test.Add(Pool2d{PoolKind::kMax, Padding::kSame, {2, 2}, {2, 2}}, {y});
      test.Check({y});
    }
  }
}

TEST_CASE("several outputs, one of them also read within the network") {
  for (const DataType type : kBothTypes) {
    NetworkCase test(2, type);
    const TensorId x = test.Input({1, 6, 6, 4});
    const TensorId features = test.Add(Unary{UnaryKind::kHardSwish}, {x});
    const TensorId pooled = test.Add(Mean{}, {features});
    const TensorId flat = test.Add(Reshape{{1, -1}}, {features});
    test.Check({flat, pooled, features});
  }
}

TEST_CASE("what no output depends on is not run, and the plan says so") {
  NetworkCase test(3, DataType::kFloat32);
  const TensorId x = test.Input({1, 6, 6, 4});
  const TensorId unused = test.Input({1, 9});
  test.Add(Unary{}, {unused});
  const TensorId y = test.Add(Unary{UnaryKind::kRelu6}, {x});
  test.Add(Mean{}, {y});
  test.Check({y});
  CHECK(test.kernel(0) == "not run: no output depends on it");
  CHECK(test.kernel(1) == "XNNPACK clamp f32");
  CHECK(test.kernel(2) == "not run: no output depends on it");
}

TEST_CASE("tensors carry names, shapes and scales; the graph may go and the engine move") {
  NetworkCase test(4, DataType::kInt8);
  const TensorId x = test.Input({1, 4, 4, 2});
  const TensorId y = test.Add(Mean{true}, {x});
  auto graph = std::make_unique<Graph>(test.graph());
  graph->tensors[static_cast<std::size_t>(y)].name = "logits";
  Result<Engine> created = Engine::Create(*graph);
  REQUIRE(created.ok());
  graph.reset();
  Engine engine = *std::move(created);
  CHECK(engine.input_count() == 1);
  CHECK(engine.output_count() == 1);
  CHECK(engine.output_name(0) == "logits");
  CHECK(engine.input(0).shape() == Shape{1, 4, 4, 2});
  CHECK(engine.output(0).shape() == Shape{1, 1, 1, 2});
  CHECK(engine.output(0).quantization().scales ==
        test.graph().tensors[static_cast<std::size_t>(y)].quantization.scales);
  std::ranges::copy(test.stored(x), engine.input(0).bytes().begin());
  REQUIRE(engine.Run().ok());
  CHECK(std::ranges::equal(engine.output(0).bytes(), test.stored(y)));
}

TEST_CASE("a graph that is not consistent is refused, whoever made it") {
  NetworkCase test(5, DataType::kFloat32);
  test.Add(Unary{}, {test.Input({1, 4})});
  Graph graph = test.graph();
  graph.tensors.back().shape = {1, 5};
  const Result<Engine> engine = Engine::Create(graph);
  REQUIRE_FALSE(engine.ok());
  CHECK(engine.error().code == ErrorCode::kModelInvalid);
}

TEST_CASE("the memory limit holds to the byte, with expected and got") {
  NetworkCase test(6, DataType::kInt8);
  AddMobileNetwork(test, 32, 8, 3);
  const Result<Engine> engine = Engine::Create(test.graph());
  REQUIRE(engine.ok());
  EngineOptions options;
  options.memory_limit = engine->memory_bytes();
  CHECK(Engine::Create(test.graph(), options).ok());
  --options.memory_limit;
  const Result<Engine> refused = Engine::Create(test.graph(), options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kModelTooLarge);
  CHECK(refused.error().detail ==
        "the model needs about " + std::to_string(engine->memory_bytes()) +
            " bytes of memory: the limit is " + std::to_string(options.memory_limit));
}

TEST_CASE("activations too large together are refused before they are allocated") {
  Graph graph;
  graph.inputs = {0};
  graph.tensors.push_back({"image", DataType::kFloat32, {1, 8, 8, 1}, {}, {}});
  for (int i = 0; i < 2; ++i) {  // 8192 × 8192 float32: 256 MiB each
    graph.tensors.push_back({"large", DataType::kFloat32, {1, 8192, 8192, 1}, {}, {}});
  }
  graph.tensors.push_back({"mean", DataType::kFloat32, {1, 1}, {}, {}});
  graph.nodes.push_back({ResizeBilinear{8192, 8192}, {0}, {1}});
  graph.nodes.push_back({Unary{}, {1}, {2}});
  graph.nodes.push_back({Mean{}, {2}, {3}});
  graph.outputs = {3};
  const Result<Engine> engine = Engine::Create(graph);
  REQUIRE_FALSE(engine.ok());
  CHECK(engine.error().code == ErrorCode::kModelTooLarge);
}

TEST_CASE("a graph of very many nodes is refused") {
  Graph graph;
  graph.inputs = {0};
  graph.tensors.push_back({"0", DataType::kFloat32, {1, 1}, {}, {}});
  for (int i = 1; i <= 10'001; ++i) {
    graph.tensors.push_back({std::to_string(i), DataType::kFloat32, {1, 1}, {}, {}});
    graph.nodes.push_back({Unary{}, {i - 1}, {i}});
  }
  graph.outputs = {10'001};
  const Result<Engine> engine = Engine::Create(graph);
  REQUIRE_FALSE(engine.ok());
  CHECK(engine.error().code == ErrorCode::kModelTooLarge);
  CHECK(engine.error().detail == "the model has 10001 nodes: at most 10000");
}

}  // namespace
}  // namespace echolens

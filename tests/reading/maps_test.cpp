#include "reading/maps.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "image/preprocess.h"
#include "model/sample_models.h"
#include "reading/interpret.h"
#include "runtime/engine.h"

namespace echolens {
namespace {

// A picture of 400 × 200 letterboxed into 100 × 100, seen in 10 × 5 cells.
Map Wide() {
  Preprocessing square;
  square.width = square.height = 100;
  const GreyImage picture{400, 200, std::vector<std::uint8_t>(400 * 200)};
  const Result<NetworkImage> network = Preprocess(picture, square);
  REQUIRE(network.ok());
  Map map = EmptyMap(10, 5, network->geometry, 100, 100);
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) map.values.push_back(static_cast<double>(random() % 1000) / 1000);
  return map;
}

TEST_CASE("a cell's centre is where its share of the network's picture has its centre") {
  const Map map = Wide();
  CHECK(map.geometry.PictureX(0.5) == doctest::Approx(20));  // 5 of 100 pixels, 4 to one
  CHECK(map.geometry.PictureX(9.5) == doctest::Approx(380));
  CHECK(map.geometry.PictureY(2.5) == doctest::Approx(100));  // the middle
  CHECK(map.geometry.PictureY(0.5) == doctest::Approx(-60));  // above the picture: padding
  CHECK(map.geometry.region.width == 400);
  CHECK(map.At(3, 2) == map.values[23]);
}

TEST_CASE("between centres a map is bilinear, beyond them it stays as it is") {
  const Map map = Wide();
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 10; ++x) CHECK(ValueAt(map, x + 0.5, y + 0.5) == map.At(x, y));
  }
  CHECK(ValueAt(map, 4, 2.5) == doctest::Approx((map.At(3, 2) + map.At(4, 2)) / 2));
  CHECK(ValueAt(map, 4.25, 3) == doctest::Approx(0.125 * (map.At(3, 2) + map.At(3, 3)) +
                                                 0.375 * (map.At(4, 2) + map.At(4, 3))));
  CHECK(ValueAt(map, 0.1, 0) == map.At(0, 0));
  CHECK(ValueAt(map, 10, 7) == map.At(9, 4));
  CHECK(ValueAt(map, -1e9, 1e9) == map.At(0, 4));
}

TEST_CASE("sampled at the picture's size, a pixel has the value at its centre") {
  const Map map = Wide();
  const std::vector<float> pixels = Sampled(map, 400, 200);
  REQUIRE(pixels.size() == 400 * 200);
  for (const auto& [x, y] : {std::pair(0, 0), {399, 199}, {17, 150}, {200, 100}}) {
    const double in_x = (x + 0.5) / map.geometry.step_x + map.geometry.offset_x;
    const double in_y = (y + 0.5) / map.geometry.step_y + map.geometry.offset_y;
    CHECK(pixels[static_cast<std::size_t>(y * 400 + x)] ==
          doctest::Approx(ValueAt(map, in_x, in_y)));
  }
  CHECK(Sampled(map, 1, 1) ==
        std::vector<float>{static_cast<float>(ValueAt(map, 5, 2.5))});  // the middle
}

TEST_CASE("a mirrored view's output is put back in place") {
  Result<Tensor> output = Tensor::Create(DataType::kFloat32, {1, 2, 3, 2});
  REQUIRE(output.ok());
  std::vector<double> values;
  for (float& value : output->data<float>()) {
    value = static_cast<float>(values.size());
    values.push_back(value);
  }
  CHECK(PlacedValues(*output, View::kIdentity) == values);
  CHECK(PlacedValues(*output, View::kMirror) ==
        std::vector<double>{4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7});
}

TEST_CASE("the evidence for a label") {
  Head head;
  CHECK(EvidenceFor(2, head).logit == 2);
  CHECK(EvidenceFor(2, head).sign == 1);
  head.kind = HeadKind::kFactored;
  CHECK(EvidenceFor(0, head).logit == 0);
  CHECK(EvidenceFor(0, head).sign == -1);
  CHECK(EvidenceFor(1, head).logit == 1);
  CHECK(EvidenceFor(1, head).sign == -1);
  CHECK(EvidenceFor(2, head).logit == 1);
  CHECK(EvidenceFor(2, head).sign == 1);
}

// Features [1, 3, 3, 2], pooled and dense, all of them outputs.
Graph Pooled(DataType type) {
  Graph graph = SmallNetwork(type);
  graph.outputs = {7, 3, 4};
  return graph;
}

TEST_CASE("the activation map's mean is the logit less its bias") {
  for (const DataType type : {DataType::kFloat32, DataType::kInt8}) {
    CAPTURE(TypeName(type));
    const Graph graph = Pooled(type);
    Result<Engine> engine = Engine::Create(graph);
    REQUIRE(engine.ok());
    const std::vector<double> weights = ActivationWeights(graph, {"features", "logits/kernel"});
    const std::vector<double> bias = RealValues(graph.tensors[6]);
    REQUIRE(weights.size() == 6);
    REQUIRE(bias.size() == 3);
    std::mt19937 random(5);
    for (int run = 0; run < 20; ++run) {
      for (std::uint8_t& byte : engine->input(0).bytes())
        byte = static_cast<std::uint8_t>(random());
      if (type == DataType::kFloat32) {
        for (float& value : engine->input(0).data<float>()) {
          value = static_cast<float>(random() % 256) / 128 - 1;
        }
      }
      REQUIRE(engine->Run().ok());
      const std::vector<double> logits = RealValues(engine->output(0));
      const std::vector<double> features = PlacedValues(engine->output(1), View::kIdentity);
      for (std::size_t label = 0; label < 3; ++label) {
        const std::vector<double> map = ActivationValues(features, weights, 2, {label, 1});
        REQUIRE(map.size() == 9);
        double mean = 0;
        for (const double value : map) mean += value / 9;
        // int8 rounds the pooled features and the logit; halves of their steps, and a little for
        // the arithmetic in float32 between them.
        double rounding = 1e-5;
        if (type == DataType::kInt8) {
          const double pooled = graph.tensors[4].quantization.scales[0];
          const double logit = graph.tensors[7].quantization.scales[0];
          rounding =
              0.51 *
              (logit + pooled * (std::abs(weights[label * 2]) + std::abs(weights[label * 2 + 1])));
        }
        const double expected = logits[label] - bias[label];
        const bool clamped =
            type == DataType::kInt8 && (engine->output(0).data<std::int8_t>()[label] == -128 ||
                                        engine->output(0).data<std::int8_t>()[label] == 127);
        if (!clamped) CHECK(std::abs(mean - expected) <= rounding);
        const auto against = ActivationValues(features, weights, 2, {label, -1});
        for (std::size_t i = 0; i < 9; ++i) CHECK(against[i] == -map[i]);
      }
    }
  }
}

TEST_CASE("a map that is not finite is an error") {
  CHECK(CheckFinite({0, -1, 1e300}, "lesion").ok());
  const Status status = CheckFinite({0, std::numeric_limits<double>::infinity()}, "lesion");
  REQUIRE(!status.ok());
  CHECK(ErrorName(status.error().code) == "model_invalid");
  CHECK(status.error().detail ==
        "the network's lesion map is inf somewhere in this image, expected finite numbers");
}

}  // namespace
}  // namespace echolens

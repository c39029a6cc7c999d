#include "convert/quantise/observe.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tools/convert/quantise/random_network.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("an observer shows what the reference computes, in one engine or in many") {
  for (std::uint32_t seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    for (const std::size_t output_bytes : {std::size_t{1} << 28, std::size_t{5000}}) {
      Result<Observer> observer =
          Observer::Create(test.graph(), Activations(test.graph()), output_bytes);
      REQUIRE(observer.ok());
      CHECK(observer->shown().size() == test.graph().nodes.size() + 1);
      REQUIRE(observer->Run(SampleOf(test)).ok());
      for (const TensorId id : observer->shown()) {
        const std::vector<float> got = observer->Values(id), expected = StoredFloats(test, id);
        REQUIRE(got.size() == expected.size());
        double worst = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
          worst =
              std::max(worst, std::abs(double{got[i]} - expected[i]) / (1 + std::abs(expected[i])));
        }
        CHECK(worst < 1e-4);
      }
    }
  }
}

TEST_CASE("an int8 input is shown as it was rounded") {
  Graph graph;
  graph.tensors = {{"in", DataType::kInt8, {4}, {{.5F}, {-10}, 0}, {}},
                   {"out", DataType::kInt8, {1, 4}, {{.5F}, {-10}, 0}, {}}};
  graph.nodes = {{Reshape{{1, 4}}, {0}, {1}}};
  graph.inputs = {0};
  graph.outputs = {1};
  Result<Observer> observer = Observer::Create(graph);
  REQUIRE(observer.ok());
  REQUIRE(observer->Run({{.3F, -.8F, 1000, -1000}}).ok());
  const std::vector<float> expected{.5F, -1, 68.5F, -59};
  CHECK(observer->Values(0) == expected);
  CHECK(observer->Values(1) == expected);
}

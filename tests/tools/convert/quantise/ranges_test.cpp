#include "convert/quantise/ranges.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/sample_models.h"
#include "tools/convert/quantise/random_network.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("minimum and maximum are those of the engine's activations over all inputs") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    AddRandomNetwork(test);
    const Graph& graph = test.graph();
    Result<RangeCollector> collector = RangeCollector::Create(graph);
    Result<Observer> observer = Observer::Create(graph);
    REQUIRE(collector.ok());
    REQUIRE(observer.ok());
    Ranges expected(graph.tensors.size());
    for (int i = 0; i < 3; ++i) {
      const Sample sample = i == 0 ? SampleOf(test) : RandomSample(graph, test.random);
      REQUIRE(collector->Add(sample).ok());
      REQUIRE(observer->Run(sample).ok());
      for (const TensorId id : Activations(graph)) {
        const std::vector<float> values = observer->Values(id);
        const auto [low, high] = std::ranges::minmax(values);
        Range& range = expected[static_cast<std::size_t>(id)];
        range =
            i == 0 ? Range{low, high} : Range{std::min(range.min, low), std::max(range.max, high)};
      }
    }
    const Result<Ranges> ranges = collector->Finish(RangeMethod::kMinMax);
    REQUIRE(ranges.ok());
    CHECK(*ranges == expected);
    for (const RangeMethod method : {RangeMethod::kPercentile, RangeMethod::kLeastSquares}) {
      const Result<Ranges> narrower = collector->Finish(method);
      REQUIRE(narrower.ok());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK((*narrower)[i].min >= std::min(expected[i].min, 0.0F));
        CHECK((*narrower)[i].max <= std::max(expected[i].max, 0.0F));
      }
      CHECK(Quantise(graph, *narrower).ok());
    }
  }
}

TEST_CASE("ranges need inputs that fit and stay finite") {
  const Graph graph = SmallNetwork(DataType::kFloat32);
  Result<RangeCollector> collector = RangeCollector::Create(graph);
  REQUIRE(collector.ok());
  const auto check = [](const auto& result, ErrorCode code, const std::string& detail) {
    REQUIRE(!result.ok());
    CHECK(result.error().code == code);
    CHECK(result.error().detail == detail);
  };
  const auto add = [&](const Sample& sample) { return collector->Add(sample); };
  check(collector->Finish(RangeMethod::kMinMax), ErrorCode::kInvalidArgument,
        "no calibration inputs, expected one or more to measure ranges on");
  check(add({}), ErrorCode::kInvalidArgument, "0 inputs, expected 1");
  check(add({std::vector<float>(35)}), ErrorCode::kInvalidArgument,
        "input 0 has 35 values, expected 36");
  check(add({std::vector<float>(36, std::nanf(""))}), ErrorCode::kInvalidArgument,
        "input 0 holds values that are not finite");

  Graph twice;
  twice.tensors = {{"in", DataType::kFloat32, {2}, {}, {}},
                   {"sum", DataType::kFloat32, {2}, {}, {}}};
  twice.nodes = {{Binary{BinaryKind::kAdd}, {0, 0}, {1}}};
  twice.inputs = {0};
  twice.outputs = {1};
  collector = RangeCollector::Create(twice);
  REQUIRE(collector.ok());
  check(add({{1, std::numeric_limits<float>::max()}}), ErrorCode::kModelInvalid,
        "tensor 1 'sum' comes out as inf on a calibration input, expected finite numbers");
}

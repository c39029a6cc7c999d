#include "convert/verify.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

using namespace echolens;
using namespace echolens::convert;

namespace {

// logits = weights · x, then a softmax; `factor` distorts the graph's first weight.
SourceNetwork DenseNetwork(bool softmax) {
  SourceNetwork network;
  const Result<ValueId> input = AddInput(network, "x", {1, 2});
  REQUIRE(input.ok());
  Result<ValueId> y = AddNode(network, "layer 1 'dense' (Dense)",
                              Dense{{3, 2}, {1, 2, -1, 0.5F, 0.25F, 1}, {}}, {*input});
  REQUIRE(y.ok());
  if (softmax) {
    y = AddNode(network, "layer 2 'probabilities' (Softmax)",
                ActivationLayer{ActivationKind::kSoftmax}, {*y});
    REQUIRE(y.ok());
  }
  network.outputs = {*y};
  return network;
}

Graph DenseGraph(float first_weight) {
  FoldReport report;
  const Result<Lowered> lowered = Lower(DenseNetwork(false), report);
  REQUIRE(lowered.ok());
  Graph graph = lowered->graph;
  for (TensorInfo& tensor : graph.tensors) {
    if (!tensor.constant() || tensor.shape != Shape{3, 2}) continue;
    std::memcpy(tensor.data.data(), &first_weight, sizeof first_weight);
  }
  return graph;
}

const Step kGoOn = [](std::size_t) { return true; };

Metadata Classes() {
  Metadata metadata;
  metadata.labels = {"a", "b"};
  return metadata;
}

// Logits of two classes whose first has probability p.
Sample Logits(double p) {
  return {{static_cast<float>(std::log(p)), static_cast<float>(std::log(1 - p))}};
}

std::string Failure(const Status& status) {
  REQUIRE(!status.ok());
  CHECK(ErrorName(status.error().code) == "verification_failed");
  return status.error().detail;
}

}  // namespace

TEST_CASE("float32 that answers as its source passes") {
  const std::vector<Sample> samples{{{1, 2}}, {{-3, 0.5F}}};
  for (const bool softmax : {false, true}) {
    std::optional<LogitsOutput> head;
    if (softmax) head = LogitsOutput{0, FinalActivation::kSoftmax};
    const auto difference =
        CompareFloat(DenseNetwork(softmax), DenseGraph(1), head, samples, kGoOn);
    REQUIRE(difference.ok());
    CHECK(difference->inputs == 2);
    CHECK(difference->largest < 1e-6);
    CHECK(JudgeFloat(*difference).ok());
  }
}

TEST_CASE("float32 that answers otherwise is named with its output") {
  const std::vector<Sample> samples{{{0, 1}}, {{4, 2}}};  // only the second meets the weight
  const auto difference = CompareFloat(DenseNetwork(false), DenseGraph(1.5F), {}, samples, kGoOn);
  REQUIRE(difference.ok());
  CHECK(difference->largest == doctest::Approx(2.0 / 8));  // over the largest magnitude, 8
  CHECK(Failure(JudgeFloat(*difference)) ==
        "the float32 network answers otherwise than its source: output 'dense' differs by 0.25, "
        "expected up to 0.00001 or a signal-to-noise ratio of 90 dB, got 13 dB; nothing was "
        "written. Please report it, with the model");
}

TEST_CASE("probabilities that are alike hide no wrong weight") {
  const std::vector<Sample> samples{{{1e-5F, 2e-5F}}};
  const LogitsOutput head{0, FinalActivation::kSoftmax};
  const auto same = CompareFloat(DenseNetwork(true), DenseGraph(1), head, samples, kGoOn);
  REQUIRE(same.ok());
  CHECK(JudgeFloat(*same).ok());
  // The probability moves by a third of two ninths of 9e-5, the logit by two thirds of it.
  const auto other = CompareFloat(DenseNetwork(true), DenseGraph(10), head, samples, kGoOn);
  REQUIRE(other.ok());
  CHECK(other->largest == doctest::Approx(6e-5).epsilon(1e-3));
  CHECK(!JudgeFloat(*other).ok());
}

TEST_CASE("a large difference of many right digits is rounding") {
  CHECK(JudgeFloat({1, 2e-5, "y", 95}).ok());
  CHECK(!JudgeFloat({1, 2e-5, "y", 85}).ok());
  CHECK(JudgeFloat({1, 0.5e-5, "y", 40}).ok());
  CHECK(!JudgeFloat({1, 2e-5, "y", std::nan("")}).ok());
}

TEST_CASE("no number is no equal") {
  CHECK(!JudgeFloat({1, HUGE_VAL, "y", HUGE_VAL}).ok());
  CHECK(!JudgeFloat({1, std::nan(""), "y", HUGE_VAL}).ok());
}

TEST_CASE("verification stops where it is asked to") {
  const auto stopped = CompareFloat(DenseNetwork(false), DenseGraph(1), {}, {{{1, 2}}},
                                    [](std::size_t) { return false; });
  REQUIRE(!stopped.ok());
  CHECK(ErrorName(stopped.error().code) == "internal");
}

TEST_CASE("what moves between float32 and int8") {
  const Metadata metadata = Classes();
  Int8Comparison comparison(&metadata, 0);
  comparison.Add(Logits(0.9), Logits(0.8), 0);
  comparison.Add(Logits(0.6), Logits(0.4), 0);
  comparison.Add(Logits(0.5), Logits(0.5), 1);
  comparison.Add(Logits(0.1), Logits(0.1), {});
  const Int8Difference difference = comparison.Finish();
  CHECK(difference.pictures == 4);
  CHECK(difference.largest == doctest::Approx(0.2));
  CHECK(difference.mean == doctest::Approx((0.1 + 0.2) / 4));
  CHECK(difference.changed == 1);
  CHECK(difference.spread == doctest::Approx(0.8));
  REQUIRE(difference.auc_lost);
  CHECK(*difference.auc_lost == doctest::Approx(0.5));  // one of two pairs turned round
}

TEST_CASE("without classes the noisiest output counts") {
  Int8Comparison comparison(nullptr, 0);
  comparison.Add({{10, 0}, {1}}, {{10, 0.1F}, {0.9F}}, {});
  const Int8Difference difference = comparison.Finish();
  CHECK(difference.signal_to_noise == doctest::Approx(20));
  CHECK(!difference.auc_lost);
  Int8Comparison equal(nullptr, 0);
  equal.Add({{1, 2}}, {{1, 2}}, {});
  CHECK(equal.Finish().signal_to_noise == HUGE_VAL);
}

TEST_CASE("the limits of int8 are named") {
  const Int8Limits limits;
  Int8Difference difference;
  difference.spread = 0.5;
  difference.signal_to_noise = 3;
  CHECK(JudgeInt8(difference, limits, true).ok());
  difference.mean = 0.0312504;
  CHECK(Failure(JudgeInt8(difference, limits, true)) ==
        "the int8 network answers otherwise than float32: probabilities move by 0.03125 on "
        "average, expected up to 0.02");
  difference.mean = 0.01;
  difference.auc_lost = 0.0125;
  CHECK(Failure(JudgeInt8(difference, limits, true)) ==
        "the int8 network answers otherwise than float32: the AUC falls by 0.0125, expected up to "
        "0.005");
  difference.auc_lost = -0.5;  // better by chance
  CHECK(JudgeInt8(difference, limits, true).ok());
}

TEST_CASE("a network that says the same of all pictures is judged by its noise") {
  Int8Difference difference;
  difference.spread = 0.04;
  difference.signal_to_noise = 14.4;
  const std::string sentence =
      "the int8 network answers otherwise than float32: the signal-to-noise ratio is 14 dB, "
      "expected at least 15";
  CHECK(Failure(JudgeInt8(difference, {}, true)) == sentence);
  CHECK(Failure(JudgeInt8(difference, {}, false)) == sentence);
  difference.signal_to_noise = 15;
  CHECK(JudgeInt8(difference, {}, true).ok());
  difference.signal_to_noise = std::nan("");
  CHECK(!JudgeInt8(difference, {}, true).ok());
}

TEST_CASE("area under the curve") {
  CHECK(*AreaUnderCurve({0.1, 0.4, 0.35, 0.8}, {false, false, true, true}) == 0.75);
  CHECK(*AreaUnderCurve({1, 1, 1}, {true, false, true}) == 0.5);
  CHECK(!AreaUnderCurve({1, 2}, {true, true}));
  CHECK(!AreaUnderCurve({}, {}));
}

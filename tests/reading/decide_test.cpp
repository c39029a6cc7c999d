#include "reading/decide.h"

#include <doctest/doctest.h>

#include <random>

#include "model/sample_models.h"

namespace echolens {
namespace {

std::vector<double> RandomProbabilities(std::mt19937& random, std::size_t count) {
  std::vector<double> values;
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(static_cast<double>(random() % 8));  // equal ones come up
    sum += values.back();
  }
  for (double& value : values) value = sum == 0 ? 1.0 / static_cast<double>(count) : value / sum;
  return values;
}

TEST_CASE("an operating point is found by its name; the first without one") {
  Metadata metadata = FullMetadata();
  const auto found = [&](std::string_view name) {
    const Result<std::size_t> point = FindOperatingPoint(metadata, name);
    REQUIRE(point.ok());
    return *point;
  };
  CHECK(found("") == 0);
  CHECK(found("rule-out") == 0);
  CHECK(found("balanced") == 1);
  const auto detail = [&] {
    const Result<std::size_t> point = FindOperatingPoint(metadata, "Balanced");
    REQUIRE(!point.ok());
    CHECK(ErrorName(point.error().code) == "invalid_argument");
    return point.error().detail;
  };
  CHECK(detail() ==
        "the model has no operating point 'Balanced': it has 'rule-out' and 'balanced'");
  metadata.operating_points.push_back({"third", 2, 0.5F, {}, {}, ""});
  CHECK(detail() ==
        "the model has no operating point 'Balanced': it has 'rule-out', 'balanced' and 'third'");
  metadata.operating_points.clear();
  CHECK(detail() == "the model has no operating point 'Balanced': it has none");
  CHECK(found("") == 0);
}

TEST_CASE("the call: its label from the threshold on, else the largest of the others") {
  const OperatingPoint point{"rule-out", 2, 0.25F, {}, {}, ""};
  CHECK(Call({0.5, 0.25, 0.25}, &point) == 2);
  CHECK(Call({0.5, 0.26, 0.24}, &point) == 0);
  CHECK(Call({0.26, 0.5, 0.24}, &point) == 1);
  CHECK(Call({0.4, 0.4, 0.2}, &point) == 0);  // the first of equals
  CHECK(Call({0.5, 0.25, 0.25}, nullptr) == 0);
  CHECK(Call({0.25, 0.5, 0.25}, nullptr) == 1);

  const OperatingPoint strict{"rule-in", 2, 0.75F, {}, {}, ""};
  CHECK(Call({0.2, 0.1, 0.7}, &strict) == 0);  // though malignant is the likeliest
  CHECK(Call({0, 0, 1}, &strict) == 2);
}

TEST_CASE("the call against a naive loop") {
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t count = 2 + random() % 4;
    const auto probabilities = RandomProbabilities(random, count);
    const OperatingPoint point{"p", random() % count, static_cast<float>(random() % 9) / 8, {}, {},
                               ""};
    std::size_t expected = point.label;
    if (probabilities[point.label] < point.threshold) {
      double largest = -1;
      for (std::size_t k = 0; k < count; ++k) {
        if (k == point.label || probabilities[k] <= largest) continue;
        largest = probabilities[k];
        expected = k;
      }
    }
    CHECK(Call(probabilities, &point) == expected);
  }
}

TEST_CASE("a class stays in the set where one less its probability is within its quantile") {
  const Conformal conformal{0.9F, {0.5F, 0.75F, 1}};
  using Set = std::vector<std::size_t>;
  CHECK(ConformalSet({0.5, 0.25, 0.25}, conformal) == Set{0, 1, 2});
  CHECK(ConformalSet({0.49, 0.25, 0.26}, conformal) == Set{1, 2});
  CHECK(ConformalSet({0.49, 0.24, 0.27}, conformal) == Set{2});
  CHECK(ConformalSet({0.4, 0.3, 0.3}, {0.9F, {0, 0, 0}}).empty());
  CHECK(ConformalSet({1, 0, 0}, {0.9F, {0, 0, 0}}) == Set{0});
}

TEST_CASE("sets of one class need no word, others do") {
  const Conformal conformal{0.9F, {}};
  CHECK(SetWarning({"benign"}, conformal) == "");
  CHECK(SetWarning({"benign", "malignant"}, conformal) ==
        "low confidence: the scores do not tell benign and malignant apart at coverage 0.9");
  CHECK(SetWarning({"normal", "benign", "malignant"}, conformal) ==
        "low confidence: the scores do not tell normal, benign and malignant apart at coverage "
        "0.9");
  CHECK(SetWarning({}, conformal) ==
        "low confidence: no class is left at coverage 0.9: the scores are unlike those of the "
        "images that the model was calibrated on");
}

}  // namespace
}  // namespace echolens

// Every figure against scikit-learn's, of predictions and figures that tests/record/evaluation.py
// recorded.
#include "evaluation/evaluation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <map>

#include "support/files.h"

using namespace echolens;

namespace {

const std::vector<std::string> kLabels{"normal", "benign", "malignant"};
constexpr Resampling kResampling{500, 7};  // as recorded

// The cells of a recorded table, which has no quotes, without its first row.
std::vector<std::vector<std::string>> Rows(const std::string& name) {
  std::vector<std::vector<std::string>> rows{{""}};
  for (const std::uint8_t byte : ReadTestData("evaluation/" + name)) {
    if (byte == '\n') {
      rows.push_back({""});
    } else if (byte == ',') {
      rows.back().emplace_back();
    } else {
      rows.back().back() += static_cast<char>(byte);
    }
  }
  rows.pop_back();
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

std::vector<Prediction> Recorded() {
  std::vector<Prediction> predictions;
  std::map<std::string, std::size_t> groups;
  for (const auto& row : Rows("predictions.csv")) {
    REQUIRE(row.size() == 6);
    std::size_t truth = 0;
    while (kLabels[truth] != row[1]) ++truth;
    const std::size_t group = groups.try_emplace(row[2], groups.size()).first->second;
    Prediction& added = predictions.emplace_back(Prediction{truth, {}, group});
    for (std::size_t i = 3; i < 6; ++i)
      added.probabilities.push_back(std::strtod(row[i].c_str(), nullptr));
  }
  return predictions;
}

class Figures {
 public:
  Figures() {
    for (const auto& row : Rows("figures.csv"))
      figures_[row.at(0)] = std::strtod(row.at(1).c_str(), nullptr);
    REQUIRE(figures_.size() > 100);
  }

  bool Has(const std::string& name) const { return figures_.count(name) > 0; }

  void Check(const std::string& name, double number) const {
    CAPTURE(name);
    REQUIRE(Has(name));
    const double expected = figures_.at(name);
    if (std::isinf(expected)) {
      CHECK(number == expected);
    } else {
      CHECK(std::abs(number - expected) <= 1e-9);
    }
  }

  void Check(const std::string& name, const Result<Interval>& interval) const {
    REQUIRE(interval.ok());
    Check(name + ".value", interval->value);
    Check(name + ".lower", interval->lower);
    Check(name + ".upper", interval->upper);
  }

 private:
  std::map<std::string, double> figures_;
};

}  // namespace

TEST_CASE("all figures equal scikit-learn's") {
  const std::vector<Prediction> predictions = Recorded();
  REQUIRE(predictions.size() == 240);
  const OperatingPoint point{"recorded", 2, .35F, {}, {}, ""};
  const auto evaluation = Evaluate(predictions, kLabels, 2, 1, {&point, 1}, kResampling);
  REQUIRE(evaluation.ok());
  const Figures figures;
  CHECK(evaluation->pictures == 240);
  CHECK(evaluation->groups == 84);
  figures.Check("auc_rest", evaluation->auc_rest);
  figures.Check("auc_benign", evaluation->auc_negative);
  figures.Check("auc_grouped.value", evaluation->auc_rest_grouped->value);
  for (std::size_t truth = 0; truth < 3; ++truth) {
    for (std::size_t called = 0; called < 3; ++called) {
      figures.Check("confusion." + std::to_string(truth) + "." + std::to_string(called),
                    static_cast<double>(evaluation->confusion.count(truth, called)));
    }
    figures.Check("recall." + std::to_string(truth), evaluation->confusion.Recall(truth)->value);
  }
  figures.Check("accuracy", evaluation->confusion.Accuracy()->value);
  figures.Check("macro_f1", evaluation->confusion.MacroF1());
  figures.Check("sensitivity", evaluation->points[0].sensitivity);
  figures.Check("specificity", evaluation->points[0].specificity);
  figures.Check("ece_called", evaluation->called_error);
  figures.Check("ece_malignant", evaluation->positive_error);
  figures.Check("brier", evaluation->brier);
  figures.Check("brier_malignant", evaluation->positive_brier);

  REQUIRE(evaluation->roc.ok());
  for (std::size_t i = 0; i < evaluation->roc->size(); ++i) {
    const std::string name = "roc." + std::to_string(i);
    figures.Check(name + ".false", (*evaluation->roc)[i].false_positive_rate);
    figures.Check(name + ".true", (*evaluation->roc)[i].true_positive_rate);
    figures.Check(name + ".threshold", (*evaluation->roc)[i].threshold);
  }
  CHECK(!figures.Has("roc." + std::to_string(evaluation->roc->size()) + ".false"));
}

TEST_CASE("an operating point has its costs, and a decision curve goes from 1 % to 99 %") {
  const OperatingPoint point{"rule-out", 2, .35F, {}, {}, ""};
  const auto evaluation = Evaluate(Recorded(), kLabels, 2, 1, {&point, 1}, {10, 1});
  REQUIRE(evaluation.ok());
  const PointFigures& figures = evaluation->points[0];
  CHECK(figures.point.name == "rule-out");
  REQUIRE(figures.costs.size() == 3);
  const OperatingPoint other{"benign", 1, .35F, {}, {}, ""};
  CHECK(Evaluate(Recorded(), kLabels, 2, 1, {&other, 1}, {10, 1})->points[0].costs.empty());
  CHECK(figures.costs[1].prevalence == .1);
  CHECK(figures.costs[1].missed.value == doctest::Approx(100 * (1 - figures.sensitivity->value)));
  REQUIRE(evaluation->decision_curve.size() == 99);
  CHECK(evaluation->decision_curve.back().threshold == .99);
}

TEST_CASE("a set without malignant pictures has all figures but those that need them") {
  const std::vector<Prediction> benign{{1, {.25, .5, .25}, 0}, {1, {.5, .25, .25}, 1}};
  const OperatingPoint point{"rule-out", 2, .25F, {}, {}, ""};
  const auto evaluation = Evaluate(benign, kLabels, 2, 1, {&point, 1});
  REQUIRE(evaluation.ok());
  CHECK(!evaluation->auc_rest.ok());
  CHECK(!evaluation->auc_negative.ok());
  CHECK(!evaluation->roc.ok());
  CHECK(!evaluation->points[0].sensitivity.ok());
  CHECK(evaluation->points[0].specificity->value == 0);
  CHECK(evaluation->points[0].costs.empty());
  CHECK(evaluation->confusion.Accuracy()->value == .5);
}

TEST_CASE("labels that are not there") {
  const std::vector<Prediction> one{{1, {.25, .75}, 0}};
  const std::vector<std::string> labels{"benign", "malignant"};
  CHECK(Evaluate({}, labels, 1, 0, {}).error().detail == "there are no predictions");
  CHECK(Evaluate(one, labels, 2, 0, {}).error().detail ==
        "the class asked for is label 2, expected one under 2");
  CHECK(Evaluate(one, labels, 1, 5, {}).error().detail ==
        "the other class is label 5, expected one under 2");
  const OperatingPoint point{"rule-out", 2, .25F, {}, {}, ""};
  CHECK(Evaluate(one, labels, 1, {}, {&point, 1}).error().detail ==
        "the operating point's class is label 2, expected one under 2");
  CHECK(Evaluate(one, labels, 1, {}, {})->auc_negative.error().detail == "there is no other class");
}

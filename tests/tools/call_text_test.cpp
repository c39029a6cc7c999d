#include "call_text.h"

#include <doctest/doctest.h>

#include "reading/record.h"

using namespace echolens;
using namespace echolens::tools;

namespace {

// What a model with one operating point answers.
Record Answer(const char* point, float threshold, double malignant) {
  Record record;
  record.probabilities = {{"normal", 0.01}, {"benign", 0.99 - malignant}, {"malignant", malignant}};
  const bool reached = malignant >= static_cast<double>(threshold);
  record.call = reached ? "malignant" : "benign";
  record.operating_point = point;
  OperatingPoint rule;
  rule.name = point;
  rule.threshold = threshold;
  record.operating_points = {{rule, "malignant", record.call}};
  return record;
}

}  // namespace

TEST_CASE("percentages have a decimal below ten, and are never certain") {
  CHECK(Percent(0) == "<0.1 %");
  CHECK(Percent(0.00049) == "<0.1 %");
  CHECK(Percent(0.0005) == "0.1 %");
  CHECK(Percent(0.021771) == "2.2 %");
  CHECK(Percent(0.053) == "5.3 %");
  CHECK(Percent(0.0994) == "9.9 %");
  CHECK(Percent(0.0996) == "10 %");
  CHECK(Percent(0.634) == "63 %");
  CHECK(Percent(0.99) == "99 %");
  CHECK(Percent(0.9901) == ">99 %");
  CHECK(Percent(1) == ">99 %");
}

TEST_CASE("a call that the scores show stands alone") {
  for (const double malignant : {0.004, 0.9}) {
    const Record record = Answer("rule-out", 0.0218F, malignant);
    CHECK(CallText(record) == record.call);
    CHECK(CallReason(record) == "");
  }
  Record none = Answer("rule-out", 0.0218F, 0.053);
  none.operating_points.clear();
  none.operating_point = "largest probability";
  none.call = "benign";
  CHECK(CallText(none) == "benign");
  CHECK(CallReason(none) == "");
}

TEST_CASE("a threshold below the most probable class rules nothing in") {
  const Record careful = Answer("rule-out", 0.0218F, 0.053);
  CHECK(CallText(careful) == "not ruled out");
  CHECK(CallReason(careful) ==
        "P(malignant) 5.3 % reaches the rule-out threshold of 2.2 %; the most probable class is "
        "benign.");
  const Record balanced = Answer("balanced", 0.231F, 0.3);
  CHECK(CallText(balanced) == "called malignant");
  CHECK(CallReason(balanced) ==
        "P(malignant) 30 % reaches the balanced threshold of 23 %; the most probable class is "
        "benign.");
}

TEST_CASE("a threshold above one half can leave the most probable class uncalled") {
  const Record strict = Answer("strict", 0.8F, 0.7);
  CHECK(CallText(strict) == "called benign");
  CHECK(CallReason(strict) ==
        "P(malignant) 70 % is below the strict threshold of 80 %; the most probable class is "
        "malignant.");
}

TEST_CASE("score and threshold get the decimals that tell them apart") {
  CHECK(CallReason(Answer("rule-out", 0.0218F, 0.0216)) ==
        "P(malignant) 2.16 % is below the rule-out threshold of 2.18 %.");
  CHECK(CallReason(Answer("rule-out", 0.0218F, 0.02182))
            .starts_with("P(malignant) 2.182 % reaches the rule-out threshold of 2.180 %; "));
}

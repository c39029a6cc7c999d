#include "evaluation/decision.h"

#include <doctest/doctest.h>

#include <limits>

#include "evaluation/random_scores.h"

using namespace echolens;

TEST_CASE("net benefit, picture by picture") {
  const std::vector<Scored> scored = RandomScores(6, 100);
  const std::vector<double> thresholds{0, .05, .25, .5, .95};
  const auto curve = DecisionCurve(scored, thresholds);
  REQUIRE(curve.ok());
  REQUIRE(curve->size() == thresholds.size());
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const double t = thresholds[i];
    double scores = 0, everything = 0;
    for (const Scored& picture : scored) {
      const double worth = picture.positive ? 1 : -t / (1 - t);
      if (picture.score >= t) scores += worth;
      everything += worth;
    }
    CHECK((*curve)[i].threshold == t);
    CHECK((*curve)[i].scores == doctest::Approx(scores / 100));
    CHECK((*curve)[i].everything == doctest::Approx(everything / 100));
  }
  CHECK((*curve)[0].scores == (*curve)[0].everything);  // all reach 0
}

TEST_CASE("no decision at a threshold of 1") {
  const std::vector<Scored> scored{{.5, true, 0}};
  for (const double threshold : {1.0, -.5, std::numeric_limits<double>::quiet_NaN()})
    CHECK(!DecisionCurve(scored, std::vector{threshold}).ok());
  CHECK(DecisionCurve(scored, std::vector{1.0}).error().detail ==
        "a decision threshold is 1, expected 0 or more and below 1");
}

TEST_CASE("of 1,000 women") {
  const auto cost = CostOfMistakes({.95, .9, .975}, {.75, .5, .875}, .25);
  REQUIRE(cost.ok());
  CHECK(cost->prevalence == .25);
  CHECK(cost->missed.value == doctest::Approx(12.5));
  CHECK(cost->missed.lower == doctest::Approx(6.25));
  CHECK(cost->missed.upper == doctest::Approx(25));
  CHECK(cost->false_alarms.value == 187.5);
  CHECK(cost->false_alarms.lower == 93.75);
  CHECK(cost->false_alarms.upper == 375);

  const auto none = CostOfMistakes({1, 1, 1}, {1, 1, 1}, 1);
  CHECK(none->missed.value == 0);
  CHECK(none->false_alarms.value == 0);
}

TEST_CASE("shares that are none") {
  const Interval good{.5, .25, .75};
  CHECK(CostOfMistakes(good, good, 1.5).error().detail == "the prevalence is 1.5, expected 0 to 1");
  CHECK(CostOfMistakes({.5, -.25, 1}, good, .5).error().detail ==
        "the sensitivity is -0.25, expected 0 to 1");
  CHECK(CostOfMistakes(good, {.5, .25, std::numeric_limits<double>::quiet_NaN()}, .5)
            .error()
            .detail == "the specificity is nan, expected 0 to 1");
}

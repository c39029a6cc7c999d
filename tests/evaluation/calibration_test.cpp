#include "evaluation/calibration.h"

#include <doctest/doctest.h>

#include <cmath>

#include "evaluation/random_scores.h"

using namespace echolens;

TEST_CASE("every picture is in the one bin that its score is in") {
  for (const std::size_t count : {1, 2, 10, 15, 20}) {
    const std::vector<Scored> scored = RandomScores(4, 300);
    const auto bins = Reliability(scored, count);
    REQUIRE(bins.ok());
    REQUIRE(bins->size() == count);
    CHECK(bins->front().lower == 0);
    CHECK(bins->back().upper == 1);
    double error = 0;
    for (const ReliabilityBin& bin : *bins) {
      double in = 0, sum = 0, positives = 0;
      for (const Scored& picture : scored) {
        const bool inside = picture.score <= bin.upper &&
                            (picture.score > bin.lower || (bin.lower == 0 && picture.score == 0));
        if (!inside) continue;
        ++in;
        sum += picture.score;
        positives += picture.positive ? 1 : 0;
      }
      CHECK(static_cast<double>(bin.count) == in);
      CHECK(bin.mean_score == (in > 0 ? sum / in : 0));
      CHECK(bin.positives == (in > 0 ? positives / in : 0));
      error += std::abs(sum - positives) / static_cast<double>(scored.size());
    }
    CHECK(CalibrationError(*bins) == doctest::Approx(error).epsilon(1e-12));
  }
}

TEST_CASE("calibrated and not") {
  const std::vector<Scored> honest{
      {.25, true, 0}, {.25, false, 0}, {.25, false, 0}, {.25, false, 0}};
  CHECK(CalibrationError(*Reliability(honest)) == 0);
  CHECK(*BrierScore(honest) == (.5625 + 3 * .0625) / 4);
  const std::vector<Scored> wrong{{1, false, 0}, {0, true, 0}};
  CHECK(CalibrationError(*Reliability(wrong)) == 1);
  CHECK(*BrierScore(wrong) == 1);
  CHECK(CalibrationError({}) == 0);
}

TEST_CASE("Brier's score of several classes") {
  const std::vector<Prediction> predictions{
      {0, {1, 0, 0}, 0}, {1, {1, 0, 0}, 0}, {2, {.25, .25, .5}, 0}};
  CHECK(*BrierScore(predictions, 3) == (0 + 2 + (.0625 + .0625 + .25)) / 3);
}

TEST_CASE("scores that are no probabilities") {
  const std::vector<Scored> scored{{.5, true, 0}, {-1, true, 0}};
  CHECK(Reliability(scored).error().detail == "prediction 2: the score is -1, expected 0 to 1");
  CHECK(BrierScore(scored).error().detail == "prediction 2: the score is -1, expected 0 to 1");
  CHECK(BrierScore(std::vector<Prediction>{}, 3).error().detail == "there are no predictions");
  CHECK(Reliability(std::vector<Scored>{{.5, true, 0}}, 0).error().detail ==
        "no bins to put predictions into");
}

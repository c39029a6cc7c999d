#include "evaluation/proportion.h"

#include <doctest/doctest.h>

#include <cmath>

#include "evaluation/random_scores.h"

using namespace echolens;

TEST_CASE("Wilson's interval ends where the share is 1.96 standard errors off") {
  for (std::size_t of = 1; of < 60; ++of) {
    for (std::size_t hits = 0; hits <= of; ++hits) {
      const auto share = Proportion(hits, of);
      REQUIRE(share.ok());
      CHECK(share->value == static_cast<double>(hits) / static_cast<double>(of));
      CHECK(share->lower <= share->value);
      CHECK(share->upper >= share->value);
      for (const double end : {share->lower, share->upper}) {
        CHECK(end >= 0);
        CHECK(end <= 1);
        const double off = std::abs(end - share->value);
        const double error = std::sqrt(end * (1 - end) / static_cast<double>(of));
        if (off > 0) CHECK(off == doctest::Approx(1.959963984540054 * error).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("Wilson's interval, from the literature") {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  CHECK(Proportion(81, 263)->lower == doctest::Approx(.2553).epsilon(2e-4));
  CHECK(Proportion(81, 263)->upper == doctest::Approx(.3662).epsilon(2e-4));
  CHECK(Proportion(0, 20)->lower == 0);
  CHECK(Proportion(0, 20)->upper == doctest::Approx(.1611).epsilon(3e-4));
  CHECK(Proportion(29, 29)->lower == doctest::Approx(.8830).epsilon(2e-4));
  CHECK(Proportion(29, 29)->upper == 1);
}

TEST_CASE("no share of nothing") {
  CHECK(Proportion(0, 0).error().detail == "0 of 0 is no share");
  CHECK(Proportion(3, 2).error().detail == "3 of 2 is no share");
  CHECK(Sensitivity({0, 0, 1, 1}).error().detail ==
        "there is no positive picture to be sensitive to");
  CHECK(Specificity({1, 1, 0, 0}).error().detail ==
        "there is no negative picture to be specific for");
}

TEST_CASE("a threshold calls positive what reaches it") {
  const std::vector<Scored> scored{
      {.5, true, 0}, {.5, false, 0}, {.25, true, 0}, {.75, false, 0}, {.1, false, 0}};
  const Split split = SplitAt(scored, .5);
  CHECK(split.true_positives == 1);
  CHECK(split.false_negatives == 1);
  CHECK(split.false_positives == 2);
  CHECK(split.true_negatives == 1);
  CHECK(Sensitivity(split)->value == .5);
  CHECK(Specificity(split)->value == 1.0 / 3);
}

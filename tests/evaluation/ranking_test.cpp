#include "evaluation/ranking.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluation/random_scores.h"

using namespace echolens;

namespace {

// Every pair of a positive and a negative picture.
double NaiveAuc(const std::vector<Scored>& scored) {
  double won = 0, pairs = 0;
  for (const Scored& p : scored) {
    for (const Scored& n : scored) {
      if (!p.positive || n.positive) continue;
      won += p.score > n.score ? 1 : p.score == n.score ? .5 : 0;
      ++pairs;
    }
  }
  return won / pairs;
}

double Area(const std::vector<RocPoint>& curve) {
  double area = 0;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    area += (curve[i].false_positive_rate - curve[i - 1].false_positive_rate) *
            (curve[i].true_positive_rate + curve[i - 1].true_positive_rate) / 2;
  }
  return area;
}

}  // namespace

TEST_CASE("AUC is the share of pairs in order, and the area under the curve") {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    const std::vector<Scored> scored = RandomScores(seed, 2 + seed);
    const auto auc = Auc(scored);
    REQUIRE(auc.ok());
    CHECK(*auc == doctest::Approx(NaiveAuc(scored)).epsilon(1e-13));
    const auto curve = RocCurve(scored);
    REQUIRE(curve.ok());
    CHECK(*auc == doctest::Approx(Area(*curve)).epsilon(1e-13));
  }
}

TEST_CASE("a point of the ROC curve is what its threshold does") {
  const std::vector<Scored> scored = RandomScores(3, 60);
  const auto curve = RocCurve(scored);
  REQUIRE(curve.ok());
  CHECK(curve->front().threshold == std::numeric_limits<double>::infinity());
  CHECK(curve->front().false_positive_rate == 0);
  CHECK(curve->front().true_positive_rate == 0);
  CHECK(curve->back().false_positive_rate == 1);
  CHECK(curve->back().true_positive_rate == 1);
  for (std::size_t i = 1; i < curve->size(); ++i) {
    const RocPoint& point = (*curve)[i];
    CHECK(point.threshold < (*curve)[i - 1].threshold);
    const Split split = SplitAt(scored, point.threshold);
    CHECK(Sensitivity(split)->value == point.true_positive_rate);
    CHECK(1 - Specificity(split)->value == doctest::Approx(point.false_positive_rate));
  }
}

TEST_CASE("the interval holds the value, and depends on the groups and the seed alone") {
  const std::vector<Scored> scored = RandomScores(8, 80);
  const auto one = AucInterval(scored);
  REQUIRE(one.ok());
  CHECK(one->value == *Auc(scored));
  CHECK(one->lower < one->value);
  CHECK(one->upper > one->value);

  std::vector<Scored> renamed = scored;
  for (Scored& picture : renamed) picture.group = 1'000'000 - 7 * picture.group;
  CHECK(AucInterval(renamed)->lower == one->lower);
  CHECK(AucInterval(scored, {2000, 2})->lower != one->lower);

  std::vector<Scored> apart = scored;
  for (std::size_t i = 0; i < apart.size(); ++i) apart[i].group = i;
  CHECK(AucInterval(apart)->lower != one->lower);
}

TEST_CASE("pictures of one patient are no more than one patient") {
  // The same pictures four times over: alone they would seem to halve the interval.
  const std::vector<Scored> scored = RandomScores(8, 80);
  std::vector<Scored> four_times;
  for (const Scored& picture : scored) four_times.insert(four_times.end(), 4, picture);
  const auto one = AucInterval(scored), four = AucInterval(four_times);
  REQUIRE(four.ok());
  CHECK(four->value == doctest::Approx(one->value).epsilon(1e-13));
  CHECK(four->lower == doctest::Approx(one->lower).epsilon(1e-13));
  CHECK(four->upper == doctest::Approx(one->upper).epsilon(1e-13));
}

TEST_CASE("no AUC, no interval") {
  const std::vector<Scored> benign{{.5, false, 0}, {.25, false, 1}};
  CHECK(Auc(benign).error().detail ==
        "there are 0 positive and 2 negative pictures, expected one or more of each");
  CHECK(RocCurve(benign).error().detail == Auc(benign).error().detail);
  CHECK(AucInterval(benign).error().detail == Auc(benign).error().detail);
  const std::vector<Scored> one_group{{.5, false, 3}, {.25, true, 3}};
  CHECK(AucInterval(one_group).error().detail ==
        "an interval by group takes two groups or more, got 1");
  const std::vector<Scored> two{{.5, false, 3}, {.25, true, 4}};
  CHECK(AucInterval(two, {0, 1}).error().detail ==
        "none of 0 resamples has positive and negative pictures");
  CHECK(AucInterval(two)->upper == 0);
}

#include "evaluation/predictions.h"

#include <doctest/doctest.h>

#include <limits>

using namespace echolens;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string Complaint(const std::vector<Prediction>& predictions) {
  const Status status = CheckPredictions(predictions, 3);
  if (status.ok()) return "";
  CHECK(status.error().code == ErrorCode::kInvalidArgument);
  return status.error().detail;
}

const std::vector<Prediction> kThree{
    {0, {.5, .25, .25}, 4}, {1, {.25, .5, .25}, 4}, {2, {1, 0, 0}, 9}};

}  // namespace

TEST_CASE("predictions that are none") {
  CHECK(Complaint(kThree) == "");
  CHECK(Complaint({}) == "there are no predictions");
  CHECK(Complaint({{0, {.5, .5}, 0}}) == "prediction 1: 2 probabilities, expected 3");
  CHECK(Complaint({kThree[0], {3, {.5, .5, 0}, 0}}) ==
        "prediction 2: it is of class 3, expected one under 3");
  CHECK(Complaint({{0, {.5, kNan, .5}, 0}}) ==
        "prediction 1: the probability of class 1 is nan, expected 0 to 1");
  CHECK(Complaint({{0, {-.5, 1, .5}, 0}}) ==
        "prediction 1: the probability of class 0 is -0.5, expected 0 to 1");
  CHECK(Complaint({{0, {0, 0, 1.5}, 0}}) ==
        "prediction 1: the probability of class 2 is 1.5, expected 0 to 1");
  CHECK(Complaint({{0, {.5, .25, 0}, 0}}) ==
        "prediction 1: the probabilities are 0.75 together, expected 1");
}

TEST_CASE("probabilities may be rounded to three decimals") {
  CHECK(Complaint({{0, {.333, .333, .333}, 0}}) == "");
  CHECK(Complaint({{0, {.33, .33, .33}, 0}}) != "");
}

TEST_CASE("the first of equal probabilities is called") {
  CHECK(CalledClass({0, {.2, .4, .4}, 0}) == 1);
  CHECK(CalledClass({0, {.2, .3, .5}, 0}) == 2);
}

TEST_CASE("one class against the rest, and against another") {
  const std::vector<Scored> rest = AgainstRest(kThree, 1);
  REQUIRE(rest.size() == 3);
  CHECK(rest[0].score == .25);
  CHECK(!rest[0].positive);
  CHECK(rest[1].score == .5);
  CHECK(rest[1].positive);
  CHECK(rest[2].group == 9);

  const std::vector<Scored> pair = AgainstClass(kThree, 2, 1);
  REQUIRE(pair.size() == 2);
  CHECK(pair[0].score == .25 / .75);
  CHECK(!pair[0].positive);
  CHECK(pair[0].group == 4);
  CHECK(pair[1].score == .5);  // 0 for both
  CHECK(pair[1].positive);
}

TEST_CASE("was the call right") {
  const std::vector<Scored> right = CalledRight(kThree);
  REQUIRE(right.size() == 3);
  CHECK(right[1].score == .5);
  CHECK(right[1].positive);
  CHECK(right[2].score == 1);
  CHECK(!right[2].positive);
}

TEST_CASE("a group's score is the mean of its pictures") {
  const auto means =
      GroupMeans(std::vector<Scored>{{.5, true, 7}, {.25, false, 3}, {1, true, 7}, {0, true, 7}});
  REQUIRE(means.ok());
  REQUIRE(means->size() == 2);
  CHECK((*means)[0].score == .5);
  CHECK((*means)[0].positive);
  CHECK((*means)[0].group == 7);
  CHECK((*means)[1].score == .25);

  const auto mixed = GroupMeans(std::vector<Scored>{{.5, true, 7}, {.25, false, 7}});
  REQUIRE(!mixed.ok());
  CHECK(mixed.error().detail == "a group has positive and negative pictures: it has no one answer");
}

TEST_CASE("scores of one kind, or none") {
  const auto complaint = [](const std::vector<Scored>& scored) {
    const Status status = CheckBothKinds(scored);
    return status.ok() ? "" : status.error().detail;
  };
  CHECK(complaint({{0, true, 0}, {0, false, 0}}) == "");
  CHECK(complaint({}) ==
        "there are 0 positive and 0 negative pictures, expected one or more of each");
  CHECK(complaint({{0, false, 0}, {1, false, 0}}) ==
        "there are 0 positive and 2 negative pictures, expected one or more of each");
  CHECK(complaint({{0, true, 0}}) ==
        "there are 1 positive and 0 negative pictures, expected one or more of each");
  CHECK(complaint({{0, true, 0}, {kNan, false, 0}}) ==
        "prediction 2: the score is nan, expected a finite number");
  CHECK(CheckProbabilities(std::vector<Scored>{{1, true, 0}}).ok());
  CHECK(CheckProbabilities({}).error().detail == "there are no predictions");
  CHECK(CheckProbabilities(std::vector<Scored>{{1.5, true, 0}}).error().detail ==
        "prediction 1: the score is 1.5, expected 0 to 1");
}

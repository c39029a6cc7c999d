#include "evaluation/confusion.h"

#include <doctest/doctest.h>

using namespace echolens;

namespace {

Prediction Called(std::size_t truth, std::size_t called) {
  std::vector<double> probabilities(3, .25);
  probabilities[called] = .5;
  return {truth, probabilities, 0};
}

}  // namespace

TEST_CASE("the confusion matrix and what comes of it") {
  const std::vector<Prediction> predictions{Called(0, 0), Called(0, 0), Called(0, 2), Called(2, 2),
                                            Called(2, 0)};
  const Confusion confusion(predictions, 3);
  CHECK(confusion.classes() == 3);
  CHECK(confusion.count(0, 0) == 2);
  CHECK(confusion.count(0, 2) == 1);
  CHECK(confusion.count(2, 2) == 1);
  CHECK(confusion.count(2, 0) == 1);
  CHECK(confusion.count(1, 1) == 0);
  CHECK(confusion.of_class(0) == 3);
  CHECK(confusion.called(2) == 2);
  CHECK(confusion.Accuracy()->value == .6);
  CHECK(confusion.Recall(0)->value == 2.0 / 3);
  CHECK(confusion.Recall(1).error().detail == "0 of 0 is no share");
  // Class 1 occurs nowhere and does not count.
  CHECK(confusion.MacroF1() == doctest::Approx((4.0 / 6 + 2.0 / 4) / 2));
}

TEST_CASE("a confusion matrix of nothing") {
  const Confusion confusion({}, 2);
  CHECK(!confusion.Accuracy().ok());
  CHECK(confusion.MacroF1() == 0);
}

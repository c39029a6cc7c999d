// Which class was called what.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "evaluation/predictions.h"
#include "evaluation/proportion.h"
#include "result.h"

namespace echolens {

class Confusion {
 public:
  // Called is the class with the largest probability. The predictions have passed CheckPredictions.
  Confusion(std::span<const Prediction> predictions, std::size_t classes);

  std::size_t classes() const { return classes_; }
  std::size_t count(std::size_t truth, std::size_t called) const {
    return counts_[truth * classes_ + called];
  }
  std::size_t of_class(std::size_t truth) const;  // pictures of a class
  std::size_t called(std::size_t called) const;   // pictures called so

  // The share called right, Wilson's interval. Errors: kInvalidArgument when there are no pictures.
  Result<Interval> Accuracy() const;

  // The share of a class that is called so. Errors: kInvalidArgument when no picture is of it.
  Result<Interval> Recall(std::size_t truth) const;

  // The mean of F1 = 2 right / (of the class + called so) over the classes that pictures are of or
  // are called; 0 where there are no pictures.
  double MacroF1() const;

 private:
  std::size_t classes_;
  std::vector<std::size_t> counts_;
};

}  // namespace echolens

#include "evaluation/confusion.h"

namespace echolens {

Confusion::Confusion(std::span<const Prediction> predictions, std::size_t classes)
    : classes_(classes), counts_(classes * classes) {
  for (const Prediction& prediction : predictions)
    ++counts_[prediction.truth * classes + CalledClass(prediction)];
}

std::size_t Confusion::of_class(std::size_t truth) const {
  std::size_t sum = 0;
  for (std::size_t c = 0; c < classes_; ++c) sum += count(truth, c);
  return sum;
}

std::size_t Confusion::called(std::size_t called) const {
  std::size_t sum = 0;
  for (std::size_t c = 0; c < classes_; ++c) sum += count(c, called);
  return sum;
}

Result<Interval> Confusion::Accuracy() const {
  std::size_t right = 0, all = 0;
  for (std::size_t c = 0; c < classes_; ++c) {
    right += count(c, c);
    all += of_class(c);
  }
  return Proportion(right, all);
}

Result<Interval> Confusion::Recall(std::size_t truth) const {
  return Proportion(count(truth, truth), of_class(truth));
}

double Confusion::MacroF1() const {
  double sum = 0, met = 0;
  for (std::size_t c = 0; c < classes_; ++c) {
    const std::size_t occurrences = of_class(c) + called(c);
    if (occurrences == 0) continue;
    sum += 2 * static_cast<double>(count(c, c)) / static_cast<double>(occurrences);
    ++met;
  }
  return met > 0 ? sum / met : 0;
}

}  // namespace echolens

// What a network answered about pictures whose class is known: the input of every figure in this
// room. The figures are pure arithmetic in a fixed order, so page and program give the same digits.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "result.h"

namespace echolens {

struct Prediction {
  std::size_t truth = 0;              // index of its class
  std::vector<double> probabilities;  // one a class, together 1
  std::size_t group =
      0;  // pictures of one patient share it: they are not independent of each other
};

// How far the probabilities of a prediction may be from 1 together: tables hold rounded ones, three
// decimals or more.
inline constexpr double kSumTolerance = 2e-3;

// Errors: kInvalidArgument, naming the class: other than `classes` probabilities, one that is not
// within 0 … 1, a sum that is not 1, an unknown truth.
Status CheckPrediction(const Prediction& prediction, std::size_t classes);

// Every one of them. Errors: the same, naming the prediction (counted from 1); kInvalidArgument
// when there are none at all.
Status CheckPredictions(std::span<const Prediction> predictions, std::size_t classes);

// The class with the largest probability, the first of equals.
std::size_t CalledClass(const Prediction& prediction);

// One picture of a yes-or-no question.
struct Scored {
  double score = 0;       // the larger, the more it speaks for yes
  bool positive = false;  // is it so?
  std::size_t group = 0;
};

// Is it of this class? Every picture, scored by the probability of the class.
std::vector<Scored> AgainstRest(std::span<const Prediction> predictions, std::size_t positive);

// Which of two classes is it? The pictures that are of either, scored by p / (p + n): what the
// network says where the other classes are out of the question (.5 where it gives 0 to both).
std::vector<Scored> AgainstClass(std::span<const Prediction> predictions, std::size_t positive,
                                 std::size_t negative);

// Was the called class right? Every picture, scored by the probability of what was called.
std::vector<Scored> CalledRight(std::span<const Prediction> predictions);

// One score a group, the mean of its pictures (several views of one lesion); groups in the order of
// their first picture. Errors: kInvalidArgument when a group has positive and negative pictures.
Result<std::vector<Scored>> GroupMeans(std::span<const Scored> scored);

// Errors: kInvalidArgument when a score is not finite (naming the picture, from 1), or when there
// is no positive or no negative picture.
Status CheckBothKinds(std::span<const Scored> scored);

// Errors: kInvalidArgument when there is no picture, or a score is not within 0 … 1.
Status CheckProbabilities(std::span<const Scored> scored);

}  // namespace echolens

// From probabilities to what is said: the call at an operating point, and the classes that the
// evidence does not exclude.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/metadata.h"
#include "result.h"

namespace echolens {

// The rule where a model has no operating points: the first of the largest probabilities.
inline constexpr std::string_view kLargestProbability = "largest probability";

// Index of the operating point of that name; of the model's first for an empty name, which is also
// right where there are none. Errors: kInvalidArgument, naming those there are.
Result<std::size_t> FindOperatingPoint(const Metadata& metadata, std::string_view name);

// Index of the label called. At an operating point that is its label where the probability reaches
// the threshold, and below it the largest of the other probabilities; without (null), the largest.
// The first of equals. A probability a label, two at least.
std::size_t Call(const std::vector<double>& probabilities, const OperatingPoint* point);

// Indices of the labels that stay in the conformal set, in the model's order.
std::vector<std::size_t> ConformalSet(const std::vector<double>& probabilities,
                                      const Conformal& conformal);

// A sentence where the set does not hold exactly one label; "" where it does.
std::string SetWarning(const std::vector<std::string>& set, const Conformal& conformal);

}  // namespace echolens

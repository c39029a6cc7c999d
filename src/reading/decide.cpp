#include "reading/decide.h"

#include <algorithm>
#include <optional>

#include "model/graph.h"

namespace echolens {
namespace {

// "a", "a and b", "a, b and c".
std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " and ";
    text += words[i];
  }
  return text;
}

}  // namespace

Result<std::size_t> FindOperatingPoint(const Metadata& metadata, std::string_view name) {
  if (name.empty()) return std::size_t{0};
  const std::vector<OperatingPoint>& points = metadata.operating_points;
  const auto found = std::ranges::find(points, name, &OperatingPoint::name);
  if (found != points.end()) return static_cast<std::size_t>(found - points.begin());
  std::vector<std::string> names;
  for (const OperatingPoint& point : points) names.push_back(Quoted(point.name));
  return Error{ErrorCode::kInvalidArgument, "the model has no operating point " +
                                                Quoted(std::string(name)) + ": it has " +
                                                (names.empty() ? "none" : Listed(names))};
}

std::size_t Call(const std::vector<double>& probabilities, const OperatingPoint* point) {
  if (point != nullptr && probabilities[point->label] >= point->threshold) return point->label;
  std::optional<std::size_t> largest;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (point != nullptr && i == point->label) continue;
    if (!largest || probabilities[i] > probabilities[*largest]) largest = i;
  }
  return largest.value_or(0);
}

std::vector<std::size_t> ConformalSet(const std::vector<double>& probabilities,
                                      const Conformal& conformal) {
  std::vector<std::size_t> set;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (1 - probabilities[i] <= conformal.quantiles[i]) set.push_back(i);
  }
  return set;
}

std::string SetWarning(const std::vector<std::string>& set, const Conformal& conformal) {
  if (set.size() == 1) return "";
  const std::string coverage = "at coverage " + NumberText(conformal.coverage);
  if (set.empty()) {
    return "low confidence: no class is left " + coverage +
           ": the scores are unlike those of the images that the model was calibrated on";
  }
  return "low confidence: the scores do not tell " + Listed(set) + " apart " + coverage;
}

}  // namespace echolens

#include "call_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace echolens::tools {
namespace {

std::string Fixed(double number, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", digits, number);
  return text;
}

const ClassProbability& Likeliest(const Record& record) {
  return *std::ranges::max_element(record.probabilities, {}, &ClassProbability::probability);
}

double ProbabilityOf(const Record& record, const std::string& label) {
  const auto at = std::ranges::find(record.probabilities, label, &ClassProbability::label);
  return at == record.probabilities.end() ? 0 : at->probability;
}

bool IsAgainstScores(const Record& record) {
  return !record.probabilities.empty() &&
         ProbabilityOf(record, record.call) < Likeliest(record).probability;
}

// The operating point that made the call; null where the model has none.
const PointCall* PointOf(const Record& record) {
  for (const PointCall& at : record.operating_points)
    if (at.point.name == record.operating_point) return &at;
  return nullptr;
}

}  // namespace

std::string Percent(double probability) {
  const long per_mille = std::lround(1000 * probability);
  if (per_mille < 1) return "<0.1 %";
  if (per_mille < 100) return Fixed(static_cast<double>(per_mille) / 10, 1);
  if (probability > 0.99) return ">99 %";
  return std::to_string(std::lround(100 * probability)) + " %";
}

std::string CallText(const Record& record) {
  if (!IsAgainstScores(record)) return record.call;
  const PointCall* at = PointOf(record);
  if (at != nullptr && at->point.name == "rule-out" && at->label == record.call)
    return "not ruled out";
  return "called " + record.call;
}

std::string CallReason(const Record& record) {
  const PointCall* at = PointOf(record);
  if (at == nullptr) return "";
  const double probability = ProbabilityOf(record, at->label);
  const double threshold = at->point.threshold;
  std::string score = Percent(probability);
  std::string limit = Percent(threshold);
  const bool against = IsAgainstScores(record);
  if (!against && score != limit) return "";
  for (int digits = 2; score == limit && digits <= 4; ++digits) {
    score = Fixed(100 * probability, digits);
    limit = Fixed(100 * threshold, digits);
  }
  const std::string rule = "P(" + at->label + ") " + score +
                           (record.call == at->label ? " reaches" : " is below") + " the " +
                           at->point.name + " threshold of " + limit;
  return against ? rule + "; the most probable class is " + Likeliest(record).label + "."
                 : rule + ".";
}

}  // namespace echolens::tools

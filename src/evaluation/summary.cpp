#include "evaluation/summary.h"

#include <utility>
#include <vector>

namespace echolens {

Result<Summary> Summarise(LabelledSet set, std::optional<JudgedModel> model,
                          std::span<const OperatingPoint> points, const Resampling& resampling) {
  const auto malignant = FindLabel(set.labels, "malignant");
  if (!malignant) {
    return Error{ErrorCode::kInvalidArgument,
                 "none of the labels is 'malignant', and that is what the figures are about"};
  }
  if (set.images.empty()) {
    std::string why = "no image has an answer: there is nothing to evaluate";
    for (const auto* unanswered : {&set.refused, &set.faulty}) {
      if (unanswered->empty()) continue;
      const Unanswered& first = unanswered->front();
      why += "; " + PlaceText(set, first.number, first.file, true) + ": " + first.message;
      break;
    }
    return Error{ErrorCode::kFileUnreadable, why};
  }
  std::vector<OperatingPoint> judged(points.begin(), points.end());
  const bool own = !judged.empty();
  if (!own) judged.push_back({"one half", *malignant, .5F, {}, {}, ""});
  ECHOLENS_ASSIGN(Evaluation figures,
                  Evaluate(Predictions(set), set.labels, *malignant,
                           FindLabel(set.labels, "benign"), judged, resampling));
  return Summary{std::move(set), std::move(figures), resampling, std::move(model), own, false};
}

std::string PlaceText(const LabelledSet& set, std::size_t number, const std::string& file,
                      bool named) {
  return set.unit + " " + std::to_string(number) +
         (named && !file.empty() ? " (" + file + ")" : "");
}

}  // namespace echolens

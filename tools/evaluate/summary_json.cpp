#include <nlohmann/json.hpp>

#include "evaluate/summary.h"
#include "read_image.h"

namespace echolens::evaluate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostMistakes = 20;  // of each kind

Json IntervalJson(const Interval& interval) {
  return {{"value", interval.value}, {"lower", interval.lower}, {"upper", interval.upper}};
}

// null, where there is none.
Json IntervalJson(const Result<Interval>& interval) {
  return interval.ok() ? IntervalJson(*interval) : Json(nullptr);
}

Json AucJson(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  Json json{{"positive", figures.labels[figures.positive]},
            {"against_rest", IntervalJson(figures.auc_rest)}};
  if (figures.negative) {
    json["negative"] = figures.labels[*figures.negative];
    json["against_negative"] = IntervalJson(figures.auc_negative);
  }
  if (figures.groups < figures.pictures)
    json["against_rest_by_group"] = IntervalJson(figures.auc_rest_grouped);
  json["resamples"] = summary.resampling.count;
  json["seed"] = summary.resampling.seed;
  return json;
}

Json ConfusionJson(const Evaluation& figures) {
  const Confusion& confusion = figures.confusion;
  Json rows = Json::array(), recalls = Json::object();
  for (std::size_t truth = 0; truth < confusion.classes(); ++truth) {
    Json& row = rows.emplace_back(Json::array());
    for (std::size_t called = 0; called < confusion.classes(); ++called)
      row.push_back(confusion.count(truth, called));
    recalls[figures.labels[truth]] = IntervalJson(confusion.Recall(truth));
  }
  return {{"labels", figures.labels},
          {"counts", rows},
          {"accuracy", IntervalJson(confusion.Accuracy())},
          {"macro_f1", confusion.MacroF1()},
          {"recall", recalls}};
}

Json PointJson(const Evaluation& figures, const PointFigures& at) {
  Json costs = Json::array();
  for (const MistakeCost& cost : at.costs) {
    costs.push_back({{"prevalence", cost.prevalence},
                     {"missed_per_1000", IntervalJson(cost.missed)},
                     {"false_alarms_per_1000", IntervalJson(cost.false_alarms)}});
  }
  return {{"name", at.point.name},
          {"label", figures.labels[at.point.label]},
          {"threshold", at.point.threshold},
          {"true_positives", at.split.true_positives},
          {"false_negatives", at.split.false_negatives},
          {"false_positives", at.split.false_positives},
          {"true_negatives", at.split.true_negatives},
          {"sensitivity", IntervalJson(at.sensitivity)},
          {"specificity", IntervalJson(at.specificity)},
          {"cost", costs}};
}

Json BinsJson(const std::vector<ReliabilityBin>& bins) {
  Json json = Json::array();
  for (const ReliabilityBin& bin : bins) {
    json.push_back({{"upper", bin.upper},
                    {"count", bin.count},
                    {"mean_probability", bin.mean_score},
                    {"share", bin.positives}});
  }
  return json;
}

Json UnansweredJson(const Summary& summary, const std::vector<Unanswered>& images) {
  Json json = Json::array();
  for (const Unanswered& image : images) {
    Json entry{{summary.set.unit, image.number}};
    if (summary.names) entry["file"] = image.file;
    entry["code"] = image.code;
    entry["message"] =
        summary.names ? image.message : tools::WithoutName(image.message, image.path);
    json.push_back(entry);
  }
  return json;
}

Json MistakesJson(const Summary& summary, const std::vector<std::size_t>& images) {
  Json json = Json::array();
  for (const std::size_t i : images) {
    const LabelledImage& image = summary.set.images[i];
    Json entry{{summary.set.unit, image.number}};
    if (summary.names) entry["file"] = image.file;
    entry["label"] = summary.set.labels[image.truth];
    entry["probabilities"] = image.probabilities;
    json.push_back(entry);
  }
  return json;
}

}  // namespace

std::string SummaryJson(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  Json json{{"schema", "echolens.evaluation/1"}};
  if (summary.model) {
    json["model"] = {{"name", summary.model->name},
                     {"version", summary.model->version},
                     {"sha256", summary.model->sha256}};
  }
  json["images"] = {{"answered", figures.pictures},
                    {"groups", figures.groups},
                    {"refused", summary.set.refused.size()},
                    {"not_evaluated", summary.set.faulty.size()}};
  json["auc"] = AucJson(summary);
  json["confusion"] = ConfusionJson(figures);
  json["operating_points"] = Json::array();
  for (const PointFigures& point : figures.points)
    json["operating_points"].push_back(PointJson(figures, point));
  json["operating_points_of_model"] = summary.own_points;
  json["calibration"] = {{"ece", figures.called_error},
                         {"ece_positive", figures.positive_error},
                         {"brier", figures.brier},
                         {"brier_positive", figures.positive_brier},
                         {"bins", BinsJson(figures.called_bins)},
                         {"bins_positive", BinsJson(figures.positive_bins)}};
  const Mistakes mistakes = WorstMistakes(summary.set, figures.positive, kMostMistakes);
  json["worst_mistakes"] = {{"missed", MistakesJson(summary, mistakes.missed)},
                            {"false_alarms", MistakesJson(summary, mistakes.false_alarms)}};
  json["refused"] = UnansweredJson(summary, summary.set.refused);
  json["not_evaluated"] = UnansweredJson(summary, summary.set.faulty);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace echolens::evaluate

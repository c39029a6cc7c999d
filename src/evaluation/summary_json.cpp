#include "evaluation/summary.h"
#include "reading/json.h"

namespace echolens {
namespace {

constexpr std::size_t kMostMistakes = 20;  // of each kind

void Count(JsonWriter& json, std::string_view key, std::size_t count) {
  json.Key(key).Number(static_cast<double>(count));
}

void WriteInterval(JsonWriter& json, const Interval& interval) {
  json.Open('{').Key("value").Number(interval.value);
  json.Key("lower").Number(interval.lower).Key("upper").Number(interval.upper).Close('}');
}

// null, where there is none.
void WriteInterval(JsonWriter& json, const Result<Interval>& interval) {
  if (interval.ok()) {
    WriteInterval(json, *interval);
  } else {
    json.Null();
  }
}

void WriteAuc(JsonWriter& json, const Summary& summary) {
  const Evaluation& figures = summary.figures;
  json.Open('{').Key("positive").String(figures.labels[figures.positive]);
  WriteInterval(json.Key("against_rest"), figures.auc_rest);
  if (figures.negative) {
    json.Key("negative").String(figures.labels[*figures.negative]);
    WriteInterval(json.Key("against_negative"), figures.auc_negative);
  }
  if (figures.groups < figures.pictures)
    WriteInterval(json.Key("against_rest_by_group"), figures.auc_rest_grouped);
  Count(json, "resamples", summary.resampling.count);
  json.Key("seed").Number(static_cast<double>(summary.resampling.seed)).Close('}');
}

// null, where a kind of pictures is missing.
void WriteRoc(JsonWriter& json, const Result<std::vector<RocPoint>>& roc) {
  if (!roc.ok()) {
    json.Null();
    return;
  }
  json.Open('[');
  for (const RocPoint& point : *roc) {
    json.Open('{').Key("threshold").Number(point.threshold);
    json.Key("false_positive_rate").Number(point.false_positive_rate);
    json.Key("true_positive_rate").Number(point.true_positive_rate).Close('}');
  }
  json.Close(']');
}

void WriteConfusion(JsonWriter& json, const Evaluation& figures) {
  const Confusion& confusion = figures.confusion;
  json.Open('{').Key("labels").Open('[');
  for (const std::string& label : figures.labels) json.String(label);
  json.Close(']').Key("counts").Open('[');
  for (std::size_t truth = 0; truth < confusion.classes(); ++truth) {
    json.Open('[');
    for (std::size_t called = 0; called < confusion.classes(); ++called)
      json.Number(static_cast<double>(confusion.count(truth, called)));
    json.Close(']');
  }
  WriteInterval(json.Close(']').Key("accuracy"), confusion.Accuracy());
  json.Key("macro_f1").Number(confusion.MacroF1()).Key("recall").Open('{');
  for (std::size_t truth = 0; truth < confusion.classes(); ++truth)
    WriteInterval(json.Key(figures.labels[truth]), confusion.Recall(truth));
  json.Close('}').Close('}');
}

void WritePoint(JsonWriter& json, const Evaluation& figures, const PointFigures& at) {
  json.Open('{').Key("name").String(at.point.name);
  json.Key("label").String(figures.labels[at.point.label]);
  json.Key("threshold").Float(at.point.threshold);
  Count(json, "true_positives", at.split.true_positives);
  Count(json, "false_negatives", at.split.false_negatives);
  Count(json, "false_positives", at.split.false_positives);
  Count(json, "true_negatives", at.split.true_negatives);
  WriteInterval(json.Key("sensitivity"), at.sensitivity);
  WriteInterval(json.Key("specificity"), at.specificity);
  json.Key("cost").Open('[');
  for (const MistakeCost& cost : at.costs) {
    json.Open('{').Key("prevalence").Number(cost.prevalence);
    WriteInterval(json.Key("missed_per_1000"), cost.missed);
    WriteInterval(json.Key("false_alarms_per_1000"), cost.false_alarms);
    json.Close('}');
  }
  json.Close(']').Close('}');
}

void WriteBins(JsonWriter& json, const std::vector<ReliabilityBin>& bins) {
  json.Open('[');
  for (const ReliabilityBin& bin : bins) {
    json.Open('{').Key("upper").Number(bin.upper);
    Count(json, "count", bin.count);
    json.Key("mean_probability").Number(bin.mean_score).Key("share").Number(bin.positives);
    json.Close('}');
  }
  json.Close(']');
}

// Which image: the members that every one begins with.
void WritePlace(JsonWriter& json, const Summary& summary, std::size_t number,
                const std::string& file) {
  Count(json, summary.set.unit, number);
  if (summary.names) json.Key("file").String(file);
}

void WriteUnanswered(JsonWriter& json, const Summary& summary,
                     const std::vector<Unanswered>& images) {
  json.Open('[');
  for (const Unanswered& image : images) {
    WritePlace(json.Open('{'), summary, image.number, image.file);
    json.Key("code").String(image.code).Key("message").String(image.message).Close('}');
  }
  json.Close(']');
}

void WriteMistakes(JsonWriter& json, const Summary& summary,
                   const std::vector<std::size_t>& images) {
  json.Open('[');
  for (const std::size_t i : images) {
    const LabelledImage& image = summary.set.images[i];
    WritePlace(json.Open('{'), summary, image.number, image.file);
    json.Key("label").String(summary.set.labels[image.truth]).Key("probabilities").Open('[');
    for (const double probability : image.probabilities) json.Number(probability);
    json.Close(']').Close('}');
  }
  json.Close(']');
}

}  // namespace

std::string SummaryJson(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  JsonWriter json;
  json.Open('{').Key("schema").String("echolens.evaluation/1");
  if (summary.model) {
    json.Key("model").Open('{').Key("name").String(summary.model->name);
    json.Key("version").String(summary.model->version);
    json.Key("sha256").String(summary.model->sha256).Close('}');
  }
  json.Key("images").Open('{');
  Count(json, "answered", figures.pictures);
  Count(json, "groups", figures.groups);
  Count(json, "refused", summary.set.refused.size());
  Count(json, "not_evaluated", summary.set.faulty.size());
  WriteAuc(json.Close('}').Key("auc"), summary);
  WriteRoc(json.Key("roc"), figures.roc);
  WriteConfusion(json.Key("confusion"), figures);
  json.Key("operating_points").Open('[');
  for (const PointFigures& point : figures.points) WritePoint(json, figures, point);
  json.Close(']').Key("operating_points_of_model").Bool(summary.own_points);
  json.Key("calibration").Open('{').Key("ece").Number(figures.called_error);
  json.Key("ece_positive").Number(figures.positive_error);
  json.Key("brier").Number(figures.brier).Key("brier_positive").Number(figures.positive_brier);
  WriteBins(json.Key("bins"), figures.called_bins);
  WriteBins(json.Key("bins_positive"), figures.positive_bins);
  const Mistakes mistakes = WorstMistakes(summary.set, figures.positive, kMostMistakes);
  json.Close('}').Key("worst_mistakes").Open('{');
  WriteMistakes(json.Key("missed"), summary, mistakes.missed);
  WriteMistakes(json.Key("false_alarms"), summary, mistakes.false_alarms);
  WriteUnanswered(json.Close('}').Key("refused"), summary, summary.set.refused);
  WriteUnanswered(json.Key("not_evaluated"), summary, summary.set.faulty);
  return json.Close('}').text();
}

}  // namespace echolens

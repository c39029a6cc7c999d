#include "evaluate/summary_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "research_only.h"
#include "terminal.h"

namespace echolens::evaluate {
namespace {

using tools::Columns;
using tools::PadLeft;
using tools::PadRight;
using tools::Printable;

std::string Count(std::size_t n, const char* one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

std::string Label(const Evaluation& figures, std::size_t label) {
  return Printable(figures.labels[label]);
}

std::string HeadText(const Summary& summary) {
  const auto& [set, figures, resampling, model, own_points, names] = summary;
  std::string text = tools::kResearchOnly;
  if (model) {
    text += "Model: " + Printable(model->name) + ", version " + Printable(model->version) +
            ", SHA-256 " + model->sha256 + "\n";
  }
  text += "\n" + Count(figures.pictures, "image") + " of " + Count(figures.groups, "group") +
          " answered:";
  for (std::size_t i = 0; i < figures.labels.size(); ++i) {
    text += (i == 0 ? " " : ", ") + std::to_string(figures.confusion.of_class(i)) + " " +
            Label(figures, i);
  }
  text += "; " + std::to_string(set.refused.size()) + " refused, " +
          std::to_string(set.faulty.size()) + " not evaluated\n";
  return text;
}

// One AUC, or why there is none.
std::string AucLine(const std::string& of, const Result<Interval>& auc) {
  const std::string number = auc.ok() ? IntervalText(*auc) : "none: " + auc.error().detail;
  return "  " + PadRight(of, 44) + number + "\n";
}

std::string AucText(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  const std::string positive = Label(figures, figures.positive);
  std::string text = "\nAUC (95 % interval: " + std::to_string(summary.resampling.count) +
                     " resamples of the groups)\n" +
                     AucLine(positive + " against the rest", figures.auc_rest);
  if (figures.negative) {
    text +=
        AucLine(positive + " against " + Label(figures, *figures.negative), figures.auc_negative);
  }
  if (figures.groups < figures.pictures)
    text += AucLine(positive + " against the rest, a group's mean", figures.auc_rest_grouped);
  return text;
}

std::string ConfusionText(const Evaluation& figures) {
  const Confusion& confusion = figures.confusion;
  std::size_t width = 8;
  for (std::size_t i = 0; i < figures.labels.size(); ++i)
    width = std::max(width, Columns(Label(figures, i)) + 2);
  std::string text = "\nCalled by the largest probability (columns), of those that are (rows)\n  " +
                     PadRight("", width);
  for (std::size_t i = 0; i < figures.labels.size(); ++i) text += PadLeft(Label(figures, i), width);
  text += "    called right\n";
  for (std::size_t truth = 0; truth < figures.labels.size(); ++truth) {
    text += "  " + PadRight(Label(figures, truth), width);
    for (std::size_t called = 0; called < figures.labels.size(); ++called)
      text += PadLeft(std::to_string(confusion.count(truth, called)), width);
    const auto recall = confusion.Recall(truth);
    text += "    " + (recall.ok() ? PercentText(*recall) : "none there") + "\n";
  }
  return text + "  accuracy " + PercentText(*confusion.Accuracy()) + ", macro F1 " +
         Decimals(confusion.MacroF1(), 3) + "\n";
}

std::string RateText(const Result<Interval>& rate) {
  return rate.ok() ? PercentText(*rate) : "none: " + rate.error().detail;
}

std::string PointText(const Evaluation& figures, const PointFigures& at) {
  std::string text = "  " + Printable(at.point.name) + ": " + Label(figures, at.point.label) +
                     " at " + Decimals(at.point.threshold, 3) + " or more\n    sensitivity " +
                     RateText(at.sensitivity) + ", specificity " + RateText(at.specificity) + "\n";
  for (const MistakeCost& cost : at.costs) {
    const auto range = [](const Interval& women) {
      return Decimals(women.value, 1) + " (" + Decimals(women.lower, 1) + " – " +
             Decimals(women.upper, 1) + ")";
    };
    text += "    of 1,000 women, " + Decimals(1000 * cost.prevalence, 0) +
            " with cancer: " + range(cost.missed) + " missed, " + range(cost.false_alarms) +
            " false alarms\n";
  }
  return text;
}

std::string CalibrationText(const Evaluation& figures) {
  return "\nCalibration\n  expected calibration error, " + std::to_string(kCalibrationBins) +
         " equal bins: " + Decimals(figures.called_error, 3) + " of what is called, " +
         Decimals(figures.positive_error, 3) + " of " + Label(figures, figures.positive) +
         "\n  Brier score: " + Decimals(figures.brier, 3) + " (all classes, 0 to 2), " +
         Decimals(figures.positive_brier, 3) + " of " + Label(figures, figures.positive) +
         " (0 to 1)\n";
}

std::string UnansweredText(const LabelledSet& set, const std::string& title,
                           const std::vector<Unanswered>& images) {
  if (images.empty()) return "";
  std::string text = "\n" + title + "\n";
  for (const Unanswered& image : images) {
    text += "  " + PlaceText(set, image.number, Printable(image.file), true) + ": " +
            Printable(image.message) + "\n";
  }
  return text;
}

}  // namespace

std::string SummaryText(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  std::string text = HeadText(summary) + AucText(summary) + ConfusionText(figures) + "\n" +
                     PointsText(summary) + "\n";
  for (const PointFigures& point : figures.points) text += PointText(figures, point);
  return text + CalibrationText(figures) +
         UnansweredText(summary.set, "Refused: not images that the model reads",
                        summary.set.refused) +
         UnansweredText(summary.set, "Not evaluated", summary.set.faulty);
}

std::string Decimals(double number, int decimals) {
  std::array<char, 400> text{};  // as long as the largest double
  const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, number);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string Percent(double share) { return Decimals(100 * share, 1) + " %"; }

std::string IntervalText(const Interval& interval) {
  return Decimals(interval.value, 3) + " (" + Decimals(interval.lower, 3) + " – " +
         Decimals(interval.upper, 3) + ")";
}

std::string PercentText(const Interval& interval) {
  return Percent(interval.value) + " (" + Decimals(100 * interval.lower, 1) + " – " +
         Decimals(100 * interval.upper, 1) + ")";
}

std::string PointsText(const Summary& summary) {
  if (summary.own_points) return "Operating points of the model (Wilson's 95 % intervals)";
  const std::string why = summary.model ? "The model has no operating points"
                                        : "No operating points are known without --model";
  return why + ": judged where half of the probability is reached (Wilson's 95 % intervals)";
}

}  // namespace echolens::evaluate

#include "evaluate/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "evaluate/html.h"
#include "evaluate/plot.h"
#include "evaluate/report_style.h"
#include "evaluate/summary_text.h"
#include "png.h"
#include "read_image.h"
#include "reading/record.h"
#include "research_only.h"

namespace echolens::evaluate {
namespace {

constexpr std::size_t kMostMistakes = 8;  // of each kind

std::string Label(const Evaluation& figures, std::size_t label) {
  return Escaped(figures.labels[label]);
}

const std::string& Positive(const Evaluation& figures) { return figures.labels[figures.positive]; }

// A number with its interval, or why there is none; HTML.
std::string Cell(const Result<Interval>& interval, std::string (*text)(const Interval&)) {
  return interval.ok()
             ? Escaped(text(*interval))
             : "<span class=\"muted\">none: " + Escaped(interval.error().detail) + "</span>";
}

std::string Head(const Summary& summary, bool pictures) {
  const auto& [set, figures, resampling, model, own_points, names] = summary;
  std::string html = "<h1>" +
                     std::string(model ? "Evaluation of " + Escaped(model->name) : "Evaluation") +
                     "</h1>\n<p class=\"notice\">" + tools::kResearchOnly + "</p>\n";
  if (pictures)
    html +=
        "<p class=\"notice\">This page holds pictures of patients: keep it as you keep "
        "those.</p>\n";
  html += "<p>" + std::to_string(figures.pictures) + " images of " +
          std::to_string(figures.groups) + " groups:";
  for (std::size_t i = 0; i < figures.labels.size(); ++i) {
    html += (i == 0 ? " " : ", ") + std::to_string(figures.confusion.of_class(i)) + " " +
            Label(figures, i);
  }
  html += ". " + std::to_string(set.refused.size()) + " more were refused, " +
          std::to_string(set.faulty.size()) + " could not be evaluated.</p>\n";
  if (model) {
    html += "<p class=\"muted\">Version " + Escaped(model->version) + ", engine " +
            Escaped(kVersion) + ", SHA-256 of the model file <code>" + Escaped(model->sha256) +
            "</code></p>\n";
  }
  return html;
}

std::string FiguresTable(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  const std::string positive = Label(figures, figures.positive);
  std::vector<std::vector<std::string>> rows{
      {"Figure", "Value (95 % interval)"},
      {"AUC, " + positive + " against the rest", Cell(figures.auc_rest, IntervalText)}};
  if (figures.negative) {
    rows.push_back({"AUC, " + positive + " against " + Label(figures, *figures.negative),
                    Cell(figures.auc_negative, IntervalText)});
  }
  if (figures.groups < figures.pictures) {
    rows.push_back({"AUC, " + positive + " against the rest, a group’s mean",
                    Cell(figures.auc_rest_grouped, IntervalText)});
  }
  rows.push_back(
      {"Called right (largest probability)", Cell(figures.confusion.Accuracy(), PercentText)});
  rows.push_back({"Macro F1", Decimals(figures.confusion.MacroF1(), 3)});
  rows.push_back(
      {"Expected calibration error of what is called", Decimals(figures.called_error, 3)});
  rows.push_back({"Expected calibration error, " + positive, Decimals(figures.positive_error, 3)});
  rows.push_back({"Brier score, all classes (0 to 2)", Decimals(figures.brier, 3)});
  rows.push_back({"Brier score, " + positive + " (0 to 1)", Decimals(figures.positive_brier, 3)});
  return Table("Intervals of the AUC from " + std::to_string(summary.resampling.count) +
                   " resamples of the groups (seed " + std::to_string(summary.resampling.seed) +
                   "), of shares Wilson’s. Calibration: " + std::to_string(kCalibrationBins) +
                   " bins of equal width.",
               rows);
}

// The table of who was called what, its cells coloured by their share of the row.
std::string ConfusionTable(const Evaluation& figures) {
  const Confusion& confusion = figures.confusion;
  std::string html =
      "<h2>Who was called what</h2>\n<div class=\"wide\"><table class=\"heat\">\n<caption>Rows: "
      "what the images are; columns: what has the largest probability. The stronger the "
      "colour, the larger the share of the row.</caption>\n<tr><th scope=\"col\"></th>";
  for (std::size_t i = 0; i < confusion.classes(); ++i)
    html += "<th scope=\"col\">called " + Label(figures, i) + "</th>";
  html += "<th scope=\"col\">called right</th></tr>\n";
  for (std::size_t truth = 0; truth < confusion.classes(); ++truth) {
    html += "<tr><th scope=\"row\">" + Label(figures, truth) + "</th>";
    const auto all = static_cast<double>(confusion.of_class(truth));
    for (std::size_t called = 0; called < confusion.classes(); ++called) {
      const std::size_t count = confusion.count(truth, called);
      const double share = all > 0 ? static_cast<double>(count) / all : 0;
      const int heat = share > .5 ? 5 : static_cast<int>(std::floor(share * 10));
      html += "<td class=\"h" + std::to_string(std::min(heat, 5)) + "\">" + std::to_string(count) +
              "<small>" + Percent(share) + "</small></td>";
    }
    const auto recall = confusion.Recall(truth);
    html += "<td>" + (recall.ok() ? PercentText(*recall) : "none there") + "</td></tr>\n";
  }
  return html + "</table></div>\n";
}

std::string Figure(const Plot& plot, const std::string& title, const std::string& caption) {
  return "<figure>\n<h2>" + title + "</h2>\n" + plot.Svg() + "<figcaption>" + caption +
         "</figcaption>\n</figure>\n";
}

std::string RocFigure(const Evaluation& figures) {
  if (!figures.roc.ok())
    return "<p>No ROC curve: " + Escaped(figures.roc.error().detail) + ".</p>\n";
  Plot plot("roc", "ROC curve", "1 − specificity", "sensitivity");
  plot.Describe("Sensitivity against 1 − specificity of " + Positive(figures) + ".");
  if (figures.auc_rest.ok())
    plot.Describe("The area under the curve is " + IntervalText(*figures.auc_rest) + ".");
  plot.Line({{0, 0}, {1, 1}}, "guide", "no better than chance");
  std::vector<PlotPoint> curve;
  for (const RocPoint& point : *figures.roc)
    curve.push_back({point.false_positive_rate, point.true_positive_rate});
  plot.Line(curve, "main", Positive(figures) + " against the rest");
  for (const PointFigures& at : figures.points) {
    if (at.point.label != figures.positive || !at.sensitivity.ok() || !at.specificity.ok())
      continue;
    plot.Dot({1 - at.specificity->value, at.sensitivity->value}, "point", at.point.name);
    plot.Describe("At " + at.point.name + ": sensitivity " + PercentText(*at.sensitivity) +
                  ", specificity " + PercentText(*at.specificity) + ".");
  }
  return Figure(plot, "ROC curve",
                "Each point of the curve is a threshold; dots are the operating points.");
}

std::string ReliabilityFigure(const Evaluation& figures) {
  Plot plot("reliability", "Reliability diagram", "probability of " + Positive(figures),
            "share that is " + Positive(figures));
  plot.Describe("Share that is " + Positive(figures) + " by mean probability.");
  std::size_t most = 1;
  for (const ReliabilityBin& bin : figures.positive_bins) most = std::max(most, bin.count);
  for (const ReliabilityBin& bin : figures.positive_bins) {
    constexpr double kTallest = .25;
    const double share = static_cast<double>(bin.count) / static_cast<double>(most);
    plot.Bar(bin.lower, bin.upper, kTallest * share, "count");
  }
  plot.Line({{0, 0}, {1, 1}}, "guide", "means what it says");
  for (const ReliabilityBin& bin : figures.positive_bins) {
    if (bin.count == 0) continue;
    const auto hits =
        static_cast<std::size_t>(std::llround(bin.positives * static_cast<double>(bin.count)));
    const auto share = Proportion(hits, bin.count);
    if (share.ok())
      plot.Line({{bin.mean_score, share->lower}, {bin.mean_score, share->upper}}, "span");
    plot.Dot({bin.mean_score, bin.positives}, "point");
    plot.Describe("Where it is " + Decimals(bin.mean_score, 2) + ": " + Decimals(bin.positives, 2) +
                  " of " + std::to_string(bin.count) + " images.");
  }
  return Figure(plot, "Reliability",
                "Dots on the diagonal mean what they say; lines are 95 % intervals, bars count the "
                "images. Expected calibration error " +
                    Decimals(figures.positive_error, 3) + ".");
}

std::string DecisionFigure(const Evaluation& figures) {
  std::vector<PlotPoint> scores, everything;
  double best = 0;
  for (const NetBenefit& at : figures.decision_curve) {
    scores.push_back({at.threshold, at.scores});
    everything.push_back({at.threshold, at.everything});
    best = std::max({best, at.scores, at.everything});
  }
  // Five steps of a round number: one below 0, four above.
  constexpr std::array kSteps{.02, .05, .1, .15, .2, .25};
  const double step = *std::ranges::find_if(kSteps, [&](double s) { return 4 * s >= best; });
  Plot plot("decision", "Decision curve", "threshold probability", "net benefit", -step, 4 * step);
  plot.Describe("Net benefit of acting on the network, on every image or on none, by threshold.");
  for (const std::size_t i : {9u, 29u, 49u}) {  // of 10 %, 30 %, 50 %
    const NetBenefit& at = figures.decision_curve[i];
    plot.Describe("At " + Decimals(at.threshold, 1) + ": " + Decimals(at.scores, 3) +
                  " on the network, " + Decimals(at.everything, 3) + " on every image.");
  }
  plot.Line({{0, 0}, {1, 0}}, "guide", "acting on none");
  plot.Line(everything, "other", "acting on every image");
  plot.Line(scores, "main", "acting on the network’s answer");
  return Figure(plot, "Decision curve",
                "Above both other lines, acting on the network is worth more than acting on all or "
                "on none, at this share of " +
                    Label(figures, figures.positive) + " (Vickers and Elkin 2006).");
}

std::string PointsTable(const Summary& summary) {
  const Evaluation& figures = summary.figures;
  std::vector<std::vector<std::string>> points{
      {"Operating point", "Threshold", "Sensitivity", "Specificity", "Missed", "False alarms"}};
  std::vector<std::vector<std::string>> costs{
      {"Operating point", "With cancer", "Cancers missed", "False alarms"}};
  const auto women = [](const Interval& number) {
    return Decimals(number.value, 1) + " (" + Decimals(number.lower, 1) + " – " +
           Decimals(number.upper, 1) + ")";
  };
  for (const PointFigures& at : figures.points) {
    const std::string name = Escaped(at.point.name) + ": " + Label(figures, at.point.label);
    points.push_back({name, Decimals(at.point.threshold, 3), Cell(at.sensitivity, PercentText),
                      Cell(at.specificity, PercentText), std::to_string(at.split.false_negatives),
                      std::to_string(at.split.false_positives)});
    for (const MistakeCost& cost : at.costs) {
      costs.push_back({name, Decimals(1000 * cost.prevalence, 0), women(cost.missed),
                       women(cost.false_alarms)});
    }
  }
  std::string html =
      "<h2>Operating points</h2>\n" + Table(Escaped(PointsText(summary)) + ".", points);
  if (costs.size() == 1) return html;
  return html + "<h2>What a mistake costs</h2>\n" +
         Table(
             "Of 1,000 women, if sensitivity and specificity are among them as here, and "
             "if as many of them have cancer.",
             costs);
}

std::string Picture(const LabelledImage& image, const std::string& words,
                    const Preprocessing& seen) {
  const auto picture = tools::NetworkPicture(image.path, seen);
  if (!picture.ok()) return "<div class=\"gone\">not readable now</div>";
  const GreyImage& grey = picture->image;
  const auto png = tools::PngFile(grey.width, grey.height, 1, grey.pixels);
  if (!png.ok()) return "<div class=\"gone\">not readable now</div>";
  return "<img alt=\"The image as the network saw it: " + words + "\" width=\"" +
         std::to_string(grey.width) + "\" height=\"" + std::to_string(grey.height) +
         "\" src=\"data:image/png;base64," + Base64(*png) + "\">";
}

std::string MistakesList(const Summary& summary, const std::vector<std::size_t>& images,
                         const Preprocessing* seen) {
  const LabelledSet& set = summary.set;
  if (images.empty()) return "<p>None.</p>\n";
  std::string html = "<div class=\"pictures\">\n";
  for (const std::size_t i : images) {
    const LabelledImage& image = set.images[i];
    std::string words = Escaped(set.labels[image.truth]);
    for (std::size_t c = 0; c < set.labels.size(); ++c) {
      words += (c == 0 ? "; " : ", ") + Escaped(set.labels[c]) + " " +
               Decimals(image.probabilities[c], 2);
    }
    html += "<figure>";
    if (seen != nullptr && !image.path.empty()) html += Picture(image, words, *seen);
    html += "<figcaption>" + Escaped(PlaceText(set, image.number, image.file, summary.names)) +
            ": " + words + "</figcaption></figure>\n";
  }
  return html + "</div>\n";
}

std::string MistakesSection(const Summary& summary, const Preprocessing* seen) {
  const Evaluation& figures = summary.figures;
  const std::string positive = Label(figures, figures.positive);
  const Mistakes mistakes = WorstMistakes(summary.set, figures.positive, kMostMistakes);
  return "<h2>The worst mistakes</h2>\n<p class=\"muted\">By the largest probability; what it is, "
         "then the probabilities.</p>\n<h3>" +
         positive + ", called something else</h3>\n" +
         MistakesList(summary, mistakes.missed, seen) + "<h3>Called " + positive +
         ", something else</h3>\n" + MistakesList(summary, mistakes.false_alarms, seen);
}

std::string UnansweredTable(const Summary& summary, const std::string& title,
                            const std::vector<Unanswered>& images) {
  if (images.empty()) return "";
  std::string html = "<h2>" + title + "</h2>\n<div class=\"text\">";
  std::vector<std::vector<std::string>> rows{{"Image", "Why"}};
  for (const Unanswered& image : images) {
    const std::string message =
        summary.names ? image.message : tools::WithoutName(image.message, image.path);
    rows.push_back({Escaped(PlaceText(summary.set, image.number, image.file, summary.names)),
                    Escaped(message)});
  }
  return html + Table("", rows) + "</div>\n";
}

}  // namespace

std::string ReportPage(const Summary& summary, const Preprocessing* seen) {
  const Evaluation& figures = summary.figures;
  const std::string title =
      summary.model ? "Evaluation of " + summary.model->name : std::string("Evaluation");
  const std::string body =
      "<main>\n" + Head(summary, seen != nullptr) + FiguresTable(summary) +
      ConfusionTable(figures) + "<div class=\"plots\">\n" + RocFigure(figures) +
      ReliabilityFigure(figures) + DecisionFigure(figures) + "</div>\n" + PointsTable(summary) +
      MistakesSection(summary, seen) +
      UnansweredTable(summary, "Refused: not images that the model reads", summary.set.refused) +
      UnansweredTable(summary, "Not evaluated", summary.set.faulty) + "</main>\n";
  return Page(title, kReportStyle, body);
}

}  // namespace echolens::evaluate

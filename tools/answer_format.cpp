#include "answer_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "call_text.h"
#include "csv.h"
#include "model/graph.h"
#include "reading/json.h"
#include "research_only.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

// A share that was counted: whole, and never certain.
std::string Share(double share) {
  if (share < 0.01) return "<1 %";
  if (share > 0.99) return ">99 %";
  return std::to_string(std::lround(100 * share)) + " %";
}

std::string Milliseconds(double ms) {
  const auto tenths = std::lround(10 * ms);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

std::string Count(std::size_t n, const char* one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

std::string Joined(const std::vector<std::string>& texts, const char* between) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : between) + text;
  return joined;
}

// "96 % (94 % to 97 %)"
std::string EstimateText(const Estimate& estimate) {
  return Share(estimate.value) + " (" + Share(estimate.lower) + " to " + Share(estimate.upper) +
         ")";
}

std::string PointLine(const PointCall& at) {
  const auto& [point, label, call] = at;
  std::string line =
      "  at '" + point.name + "': " + call + " (" + label + " from " + Percent(point.threshold);
  if (point.sensitivity) line += ", sensitivity " + EstimateText(*point.sensitivity);
  if (point.specificity) line += ", specificity " + EstimateText(*point.specificity);
  if (!point.data.empty()) line += ", " + point.data;
  return Printable(line + ")") + "\n";
}

// normal, benign, malignant as clinicians go through them; other labels behind, in the model's
// order.
std::vector<ClassProbability> InReadingOrder(std::vector<ClassProbability> probabilities) {
  static constexpr std::array<std::string_view, 3> kOrder{"normal", "benign", "malignant"};
  std::ranges::stable_sort(probabilities, {}, [](const ClassProbability& p) {
    return std::ranges::find(kOrder, p.label) - kOrder.begin();
  });
  return probabilities;
}

class PlainText : public AnswerFormat {
 public:
  explicit PlainText(const Metadata& metadata) : metadata_(metadata) {}

  std::string Head() const override {
    return std::string(kResearchOnly) + "Model: " + Printable(metadata_.name) + ", version " +
           Printable(metadata_.version) + "\n";
  }

  std::string Text(const Answer& answer) const override {
    const std::string name =
        answer.file ? Printable(*answer.file) : "image " + std::to_string(answer.number);
    if (!answer.record.ok()) {
      const Error& error = answer.record.error();
      return "\n" + name + ": no answer\n  " + Printable(error.detail) + " (" +
             std::string(ErrorName(error.code)) + ")\n";
    }
    const Record& record = *answer.record;
    if (record.refused) {
      return "\n" + name + ": refused\n  " + Printable(record.refused->message) + " (" +
             std::string(RefusalName(record.refused->code)) + ")\n";
    }
    std::size_t width = 0;
    for (const auto& [label, probability] : record.probabilities)
      width = std::max(width, Columns(label));
    std::string text = "\n" + name + ": " + Printable(CallText(record)) + "\n";
    if (const std::string reason = CallReason(record); !reason.empty())
      text += "  " + Printable(reason) + "\n";
    for (const auto& [label, probability] : InReadingOrder(record.probabilities)) {
      text += "  " + PadRight(Printable(label), width) + PadLeft(Percent(probability), 7) + "\n";
    }
    for (const PointCall& at : record.operating_points) text += PointLine(at);
    if (record.set) {
      text += "  set at coverage " + NumberText(metadata_.conformal->coverage) + ": " +
              Printable(record.set->empty() ? "none" : Joined(*record.set, ", ")) + "\n";
    }
    text += "  " + std::to_string(record.image.width) + " x " +
            std::to_string(record.image.height) + " pixels, read in " +
            Milliseconds(record.timings.total) + "\n";
    for (const std::string& warning : record.warnings)
      text += "  warning: " + Printable(warning) + "\n";
    return text;
  }

  std::string Tail(const Counts& counts) const override {
    if (counts.all() == 1) return "";
    return "\n" + Count(counts.all(), "image") + ": " + std::to_string(counts.answered) +
           " answered, " + std::to_string(counts.refused) + " refused, " +
           std::to_string(counts.failed) + " failed\n";
  }

 private:
  const Metadata& metadata_;
};

class JsonLines : public AnswerFormat {
 public:
  std::string Head() const override { return ""; }
  std::string Text(const Answer& answer) const override {
    const Result<Record>& record = answer.record;
    return (record.ok() ? RecordJson(*record, answer.file)
                        : ErrorJson(record.error(), answer.file)) +
           "\n";
  }
  std::string Tail(const Counts&) const override { return ""; }
};

class Csv : public AnswerFormat {
 public:
  Csv(const Metadata& metadata, bool names) : metadata_(metadata), names_(names) {}

  std::string Head() const override {
    std::vector<std::string> row{names_ ? "file" : "image", "call"};
    for (const std::string& label : metadata_.labels) row.push_back("probability_" + label);
    for (const OperatingPoint& point : metadata_.operating_points)
      row.push_back("call_" + point.name);
    for (const char* column :
         {"operating_point", "set", "warnings", "refused_code", "refused_message", "error_code",
          "error_message", "format", "width", "height", "region_x", "region_y", "region_width",
          "region_height", "image_sha256", "model_name", "model_version", "model_sha256"}) {
      row.emplace_back(column);
    }
    return CsvRow(row);
  }

  std::string Text(const Answer& answer) const override {
    std::vector<std::string> row{answer.file.value_or(std::to_string(answer.number))};
    // call, probabilities, a call for each point, operating point, set
    const std::size_t answer_cells =
        3 + metadata_.labels.size() + metadata_.operating_points.size();
    if (!answer.record.ok()) {
      const Error& error = answer.record.error();
      row.resize(1 + answer_cells + 3);
      row.emplace_back(ErrorName(error.code));
      row.push_back(error.detail);
      row.resize(row.size() + 11);
      return CsvRow(row);
    }
    const Record& record = *answer.record;
    if (record.refused) {
      row.resize(1 + answer_cells);
    } else {
      row.push_back(record.call);
      for (const ClassProbability& p : record.probabilities)
        row.push_back(JsonNumber(p.probability));
      for (const PointCall& at : record.operating_points) row.push_back(at.call);
      row.push_back(record.operating_point);
      row.push_back(record.set ? Joined(*record.set, "; ") : "");
    }
    row.push_back(Joined(record.warnings, "; "));
    row.emplace_back(record.refused ? RefusalName(record.refused->code) : "");
    row.push_back(record.refused ? record.refused->message : "");
    row.insert(row.end(), {"", "", record.image.format, std::to_string(record.image.width),
                           std::to_string(record.image.height)});
    const Region& region = record.region;
    for (const int value : {region.x, region.y, region.width, region.height})
      row.push_back(record.refused ? "" : std::to_string(value));
    row.insert(row.end(),
               {record.image.sha256, record.model.name, record.model.version, record.model.sha256});
    return CsvRow(row);
  }

  std::string Tail(const Counts&) const override { return ""; }

 private:
  const Metadata& metadata_;
  bool names_;
};

}  // namespace

std::unique_ptr<AnswerFormat> MakeAnswerFormat(std::string_view name, const Metadata& metadata,
                                               bool names) {
  if (name == "jsonl") return std::make_unique<JsonLines>();
  if (name == "csv") return std::make_unique<Csv>(metadata, names);
  return std::make_unique<PlainText>(metadata);
}

}  // namespace echolens::tools

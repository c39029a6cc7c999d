#include "answer_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "csv.h"
#include "reading/json.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kResearchOnly[] =
    "Research and education only. Not a medical device; not cleared or CE-marked. Scores\n"
    "are not validated cancer probabilities. Do not use it to diagnose, to exclude disease,\n"
    "or to decide for or against biopsy. Not evaluated on Doppler, elastography,\n"
    "post-surgical, axillary, implant, male or lactating breasts.\n";

// Whole, and never certain: the page says it in the same way.
std::string Percent(double probability) {
  if (probability < 0.01) return "<1 %";
  if (probability > 0.99) return ">99 %";
  return std::to_string(std::lround(100 * probability)) + " %";
}

std::string Milliseconds(double ms) {
  const auto tenths = std::lround(10 * ms);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

std::string Count(std::size_t n, const char* one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
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
    std::size_t width = 0;
    for (const auto& [label, probability] : record.probabilities)
      width = std::max(width, Columns(label));
    std::string text = "\n" + name + ": " + Printable(record.call) + "\n";
    for (const auto& [label, probability] : InReadingOrder(record.probabilities)) {
      text += "  " + PadRight(Printable(label), width) + PadLeft(Percent(probability), 7) + "\n";
    }
    text += "  " + std::to_string(record.image.width) + " x " +
            std::to_string(record.image.height) + " pixels, read in " +
            Milliseconds(record.timings.total) + "\n";
    for (const std::string& warning : record.warnings)
      text += "  warning: " + Printable(warning) + "\n";
    return text;
  }

  std::string Tail(std::size_t answered, std::size_t failed) const override {
    const std::size_t all = answered + failed;
    if (all == 1) return "";
    return "\n" + Count(all, "image") + ": " + std::to_string(answered) + " answered, " +
           std::to_string(failed) + " failed\n";
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
  std::string Tail(std::size_t, std::size_t) const override { return ""; }
};

class Csv : public AnswerFormat {
 public:
  Csv(const Metadata& metadata, bool names) : metadata_(metadata), names_(names) {}

  std::string Head() const override {
    std::vector<std::string> row{names_ ? "file" : "image", "call"};
    for (const std::string& label : metadata_.labels) row.push_back("probability_" + label);
    for (const char* column :
         {"warnings", "error_code", "error_message", "format", "width", "height", "image_sha256",
          "model_name", "model_version", "model_sha256"}) {
      row.emplace_back(column);
    }
    return CsvRow(row);
  }

  std::string Text(const Answer& answer) const override {
    const std::string name = answer.file.value_or(std::to_string(answer.number));
    const std::size_t labels = metadata_.labels.size();
    if (!answer.record.ok()) {
      const Error& error = answer.record.error();
      std::vector<std::string> row(labels + 12);
      row[0] = name;
      row[labels + 3] = ErrorName(error.code);
      row[labels + 4] = error.detail;
      return CsvRow(row);
    }
    const Record& record = *answer.record;
    std::vector<std::string> row{name, record.call};
    for (const ClassProbability& p : record.probabilities) row.push_back(JsonNumber(p.probability));
    std::string warnings;
    for (const std::string& warning : record.warnings)
      warnings += (warnings.empty() ? "" : "; ") + warning;
    row.insert(row.end(),
               {warnings, "", "", record.image.format, std::to_string(record.image.width),
                std::to_string(record.image.height), record.image.sha256, record.model.name,
                record.model.version, record.model.sha256});
    return CsvRow(row);
  }

  std::string Tail(std::size_t, std::size_t) const override { return ""; }

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

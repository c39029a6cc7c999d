// `echolens evaluate`: how good are the answers on images whose class is known?
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "classifier.h"
#include "command.h"
#include "evaluate/labelled_files.h"
#include "evaluate/report.h"
#include "evaluate/summary_text.h"
#include "evaluation/summary.h"
#include "files.h"
#include "indented.h"
#include "memory_limit.h"
#include "model_bytes.h"
#include "read_image.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(What the images are says one of
  FOLDER alone         folders in it, at any depth, named as the model's labels are
                       (normal, benign, malignant); masks (*_mask*.png) are left out
  --labels FILE.csv    columns file, label and perhaps group; files lie in FOLDER, or
                       beside the table
  --predictions FILE.csv
                       answers that are there already, no network is run: columns
                       file, label, probability_LABEL for each label, perhaps group.
                       With --model its operating points are judged; with FOLDER too,
                       the report can show the images
A group is a patient, or whatever images depend on each other: intervals of the AUC
come from drawing groups anew. Without groups each image is one.

Privacy: the text names files that have no answer; JSON and report number images and
name none, unless --names. The report shows the worst mistakes as pictures: names
burned into an image can be readable there; --no-pictures leaves them out. The file
of --predictions-out names every file.

Examples:
  echolens evaluate scans/
  echolens evaluate --labels labels.csv --report report.html scans/
  echolens evaluate --labels labels.csv --predictions-out answers.csv scans/
  echolens evaluate --predictions answers.csv --format json

Exit status: 0 all were evaluated or refused, 1 some were not, 2 wrong use,
130 interrupted (nothing is printed: half a set has other figures).

Research and education only. Not a medical device.)";

struct Options {
  std::string model, labels, predictions, folder;
  std::string format = "text", report, predictions_out;
  bool names = false, no_pictures = false;
  Resampling resampling;
  EngineOptions engine;
};

// Needed to answer, to know the operating points, or to see images as the network does.
Result<std::optional<Classifier>> LoadClassifier(const Options& options) {
  if (!options.predictions.empty() && options.model.empty()) return std::optional<Classifier>();
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadModel(options.model));
  ECHOLENS_ASSIGN(Classifier classifier, Classifier::Load(bytes, {options.engine}));
  return std::optional(std::move(classifier));
}

Result<LabelledSet> ReadSet(const Options& options, const std::optional<Classifier>& classifier) {
  if (!options.predictions.empty()) {
    ECHOLENS_ASSIGN(LabelledSet set,
                    evaluate::ReadPredictions(options.predictions, options.folder));
    if (!classifier || set.labels == classifier->metadata().labels) return set;
    return Error{ErrorCode::kInvalidArgument,
                 "'" + options.predictions +
                     "' has other labels than the model, or has them in another order"};
  }
  const std::vector<std::string>& labels = classifier->metadata().labels;
  if (options.labels.empty()) return evaluate::ReadClassFolders(options.folder, labels);
  std::string beside = std::filesystem::path(options.labels).parent_path().string();
  if (beside.empty()) beside = ".";
  return evaluate::ReadLabels(options.labels, options.folder.empty() ? beside : options.folder,
                              labels);
}

// Answers the images, one after another; those without an answer move to the refused or the faulty.
// False when the program was interrupted.
bool Answer(Classifier& classifier, LabelledSet& set) {
  std::vector<LabelledImage> images = std::exchange(set.images, {});
  Progress progress(images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (Interrupted()) return false;
    LabelledImage& image = images[i];
    const Result<Record> record = ClassifyFile(classifier, image.path);
    if (!record.ok()) {
      const Error& error = record.error();
      set.faulty.push_back(
          {image.number, image.file, image.path, std::string(ErrorName(error.code)), error.detail});
    } else if (record->refused) {
      set.refused.push_back({image.number, image.file, image.path,
                             std::string(RefusalName(record->refused->code)),
                             record->refused->message});
    } else {
      for (const ClassProbability& p : record->probabilities)
        image.probabilities.push_back(p.probability);
      set.images.push_back(std::move(image));
    }
    progress.Show(i + 1, set.refused.size() + set.faulty.size());
  }
  return !Interrupted();
}

void ComplainOfLeftOut(const LabelledSet& set) {
  if (set.masks > 0)
    Complain("left out, named like masks of lesions: " + std::to_string(set.masks));
  if (set.without_label > 0)
    Complain("left out, images that nothing says the class of: " +
             std::to_string(set.without_label));
}

Result<Summary> FiguresOf(const Options& options, LabelledSet set,
                          const std::optional<Classifier>& classifier) {
  if (!classifier) return Summarise(std::move(set), {}, {}, options.resampling);
  const Metadata& metadata = classifier->metadata();
  return Summarise(std::move(set),
                   JudgedModel{metadata.name, metadata.version, classifier->sha256()},
                   metadata.operating_points, options.resampling);
}

// Without names, also not in what the system said of a file.
std::string JsonOf(Summary summary) {
  if (!summary.names) {
    for (auto* images : {&summary.set.refused, &summary.set.faulty})
      for (Unanswered& image : *images) image.message = WithoutName(image.message, image.path);
  }
  return Indented(SummaryJson(summary)) + "\n";
}

Status Write(const std::string& path, const std::string& text) {
  return WriteFile(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Status CheckUse(const Options& options) {
  if (!options.folder.empty() || !options.labels.empty() || !options.predictions.empty())
    return Ok();
  return Error{ErrorCode::kInvalidArgument,
               "there is nothing to evaluate: name a FOLDER, --labels or --predictions (see "
               "'echolens evaluate --help')"};
}

Result<ExitCode> Run(const Options& options) {
  ECHOLENS_CHECK(CheckUse(options));
  ECHOLENS_ASSIGN(std::optional<Classifier> classifier, LoadClassifier(options));
  ECHOLENS_ASSIGN(LabelledSet set, ReadSet(options, classifier));
  ComplainOfLeftOut(set);
  if (options.predictions.empty() && !Answer(*classifier, set)) {
    Complain("interrupted: there are no figures of half a set");
    return ExitCode::kInterrupted;
  }
  ECHOLENS_ASSIGN(Summary summary, FiguresOf(options, std::move(set), classifier));
  summary.names = options.names;
  if (!options.predictions_out.empty())
    ECHOLENS_CHECK(Write(options.predictions_out, evaluate::PredictionsCsv(summary.set)));
  if (!options.report.empty()) {
    const bool pictures = classifier && !options.no_pictures;
    const Preprocessing* seen = pictures ? &classifier->metadata().preprocessing : nullptr;
    ECHOLENS_CHECK(Write(options.report, evaluate::ReportPage(summary, seen)));
  }
  ECHOLENS_CHECK(
      Print(options.format == "json" ? JsonOf(summary) : evaluate::SummaryText(summary)));
  return summary.set.faulty.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

Command AddEvaluate(CLI::App& program) {
  CLI::App* app = program.add_subcommand("evaluate", "Judge the answers on labelled images");
  const auto options = std::make_shared<Options>();
  app->add_option("FOLDER", options->folder, "Where the images lie");
  CLI::Option* labels =
      app->add_option("--labels", options->labels, "Table of the classes")->type_name("FILE.csv");
  app->add_option("--predictions", options->predictions, "Table of classes and answers")
      ->type_name("FILE.csv")
      ->excludes(labels);
  app->add_option("--model", options->model, "Model file; otherwise the one inside the program")
      ->type_name("FILE");
  app->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  app->add_option("--report", options->report, "Write a page with figures and the worst mistakes")
      ->type_name("FILE.html");
  app->add_option("--predictions-out", options->predictions_out, "Write a table of the answers")
      ->type_name("FILE.csv");
  app->add_flag("--names", options->names, "Name files in JSON and report");
  app->add_flag("--no-pictures", options->no_pictures, "No pictures in the report");
  app->add_option("--resamples", options->resampling.count, "For the AUC's intervals")
      ->check(CLI::Range(100, 100000))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--seed", options->resampling.seed, "Of the resampling")
      ->type_name("N")
      ->capture_default_str();
  AddMemoryLimit(*app, options->engine);
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

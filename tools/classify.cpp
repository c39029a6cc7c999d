// `echolens classify`: images in, one answer each out.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "answer_format.h"
#include "classifier.h"
#include "command.h"
#include "image_paths.h"
#include "in_order.h"
#include "memory_limit.h"
#include "model_bytes.h"
#include "read_image.h"
#include "reading/decide.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(PATH is an image (PNG, JPEG, BMP, GIF), a folder (the images in it and in its
folders, in the order of their names) or - (paths on standard input, one a line).

text is for people. jsonl prints one record a line (docs/record.md), csv one row an
image, both in the order of the input. An image that cannot be read is answered
with its error, one that the input gate refuses (colour Doppler, several panels,
blank, too small, unlike those of the model) with the reason, and the rest goes on.
--force answers refused images all the same, with a warning.

A file name can identify a patient: --no-names keeps names out of what is printed;
images are then numbered, and every record has the SHA-256 of its image.

Examples:
  echolens classify scan.png
  echolens classify --format csv scans/ > scans.csv
  echolens classify --format jsonl --jobs 4 --no-names scans/ > scans.jsonl
  find scans -name '*.png' | echolens classify --format jsonl -

Exit status: 0 all were answered or refused, 1 some failed, 2 wrong use, 130 interrupted.

Research and education only. Not a medical device.)";

struct Options {
  std::string model;
  std::string format = "text";
  std::size_t jobs = 1;
  bool no_names = false;
  ClassifyOptions classify;
  EngineOptions engine;
  std::vector<std::string> paths;
};

Error NamelessError(const Error& error, const std::string& path) {
  return {error.code, WithoutName(error.detail, path)};
}

// One classifier a thread, all from the same bytes: the first that does not load ends it.
Result<std::vector<Classifier>> LoadClassifiers(const Options& options, std::size_t count) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadModel(options.model));
  std::vector<Classifier> classifiers;
  while (classifiers.size() < count) {
    ECHOLENS_ASSIGN(Classifier classifier, Classifier::Load(bytes, {options.engine}));
    classifiers.push_back(std::move(classifier));
  }
  return classifiers;
}

Result<ExitCode> Run(const Options& options) {
  ImagePaths paths(options.paths);
  const std::size_t useful = std::max<std::size_t>(paths.total().value_or(options.jobs), 1);
  const std::size_t jobs = std::clamp<std::size_t>(options.jobs, 1, useful);
  ECHOLENS_ASSIGN(std::vector<Classifier> classifiers, LoadClassifiers(options, jobs));
  ECHOLENS_CHECK(FindOperatingPoint(classifiers[0].metadata(), options.classify.operating_point));
  const auto format =
      MakeAnswerFormat(options.format, classifiers[0].metadata(), !options.no_names);
  Progress progress(paths.total());
  Counts counts;

  const auto work = [&](std::size_t worker, const ImagePath& path) {
    return std::pair(path.path,
                     path.error ? Result<Record>(*path.error)
                                : ClassifyFile(classifiers[worker], path.path, options.classify));
  };
  const auto deliver = [&](std::pair<std::string, Result<Record>>& read) -> Status {
    auto& [path, record] = read;
    const bool first = counts.all() == 0;
    ++(!record.ok() ? counts.failed : record->refused ? counts.refused : counts.answered);
    Answer answer{counts.all(), path, std::move(record)};
    if (options.no_names) {
      if (!answer.record.ok()) answer.record = NamelessError(answer.record.error(), path);
      answer.file.reset();
    }
    progress.Clear();
    ECHOLENS_CHECK(Print((first ? format->Head() : "") + format->Text(answer)));
    progress.Show(counts.all(), counts.failed);
    return Ok();
  };
  ECHOLENS_CHECK(InOrder(jobs, [&] { return paths.Next(); }, work, deliver));
  progress.Clear();

  if (counts.all() > 0) ECHOLENS_CHECK(Print(format->Tail(counts)));
  paths.ComplainOfLeftOut();
  if (Interrupted()) return ExitCode::kInterrupted;
  if (counts.all() == 0) return Error{ErrorCode::kFileUnreadable, "there are no images to read"};
  return counts.failed > 0 ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace

Command AddClassify(CLI::App& program) {
  CLI::App* app = program.add_subcommand("classify", "Read images and say what the network sees");
  const auto options = std::make_shared<Options>();
  app->add_option("PATH", options->paths, "Images, folders, or - for standard input")->required();
  app->add_option("--model", options->model, "Model file; otherwise the one inside the program")
      ->type_name("FILE");
  app->add_option("--format", options->format, "text, jsonl or csv")
      ->check(CLI::IsMember({"text", "jsonl", "csv"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  app->add_option("--jobs", options->jobs, "Images read at the same time")
      ->check(CLI::Range(0, 256))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--operating-point", options->classify.operating_point,
                  "The model's operating point that makes the call; otherwise its first")
      ->type_name("NAME");
  app->add_flag("--force", options->classify.force, "Answer images that the input gate refuses");
  app->add_flag("--no-names", options->no_names, "Keep file names out of what is printed");
  AddMemoryLimit(*app, options->engine);
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

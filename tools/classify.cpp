// `echolens classify`: images in, one answer each out.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "answer_format.h"
#include "classifier.h"
#include "command.h"
#include "heatmap.h"
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

--region looks at one part of every image, as if it were the whole: a panel of
several, a frame without the writing beside it. The record says which; maps and
overlays are of that part.

A file name can identify a patient: --no-names keeps names out of what is printed;
images are then numbered, and every record has the SHA-256 of its image.

--heatmap draws where the network looked: what it takes for the lesion, with its
outline (lesion), or how far the probability falls when a place is covered
(occlusion: hundreds of runs, seconds an image). Overlays are named by the SHA-256 of
their image and replace older ones of that name.

Examples:
  echolens classify scan.png
  echolens classify --format csv scans/ > scans.csv
  echolens classify --format jsonl --jobs 4 --no-names scans/ > scans.jsonl
  echolens classify --heatmap overlays scans/
  echolens classify --region 12,60,400,320 two-panels.png
  find scans -name '*.png' | echolens classify --format jsonl -

Exit status: 0 all were answered or refused, 1 some failed, 2 wrong use, 130 interrupted.

Research and education only. Not a medical device.)";

struct Options {
  std::string model;
  std::string format = "text";
  std::size_t jobs = 1;
  bool no_names = false;
  ClassifyOptions classify;
  HeatmapOptions heatmap;
  EngineOptions engine;
  std::vector<std::string> paths;
};

// "10,20,300,200"; nothing where the text is anything else.
std::optional<Region> ParseRegion(std::string_view text) {
  Region region;
  int* const sides[] = {&region.x, &region.y, &region.width, &region.height};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int* const side : sides) {
    if (side != sides[0] && (at == end || *at++ != ',')) return {};
    const auto [next, error] = std::from_chars(at, end, *side);
    if (error != std::errc() || *side < 0) return {};
    at = next;
  }
  if (at != end || region.width == 0 || region.height == 0) return {};
  return region;
}

Error NamelessError(const Error& error, const std::string& path) {
  return {error.code, WithoutName(error.detail, path)};
}

// Reads one image and, where overlays are asked for, draws its own.
Result<Heatmap::Drawn> Read(Classifier& classifier, const std::optional<Heatmap>& heatmap,
                            const ClassifyOptions& options, const ImagePath& path) {
  if (path.error) return *path.error;
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadImageFile(path.path, options.limits));
  if (heatmap) return heatmap->Draw(classifier, bytes, options, path.path);
  ECHOLENS_ASSIGN(Record record, classifier.Classify(bytes, options));
  return Heatmap::Drawn{std::move(record), {}};
}

Result<Record> RecordOf(Result<Heatmap::Drawn> drawn) {
  if (!drawn.ok()) return std::move(drawn).error();
  return std::move(drawn->record);
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
  ImagePaths paths(options.paths, Masks::kLeaveOut);
  const std::size_t useful = std::max<std::size_t>(paths.total().value_or(options.jobs), 1);
  const std::size_t jobs = std::clamp<std::size_t>(options.jobs, 1, useful);
  ECHOLENS_ASSIGN(std::vector<Classifier> classifiers, LoadClassifiers(options, jobs));
  ECHOLENS_CHECK(FindOperatingPoint(classifiers[0].metadata(), options.classify.operating_point));
  std::optional<Heatmap> heatmap;
  if (!options.heatmap.folder.empty()) {
    ECHOLENS_ASSIGN(heatmap, Heatmap::Create(options.heatmap, classifiers[0].metadata()));
  }
  const auto format =
      MakeAnswerFormat(options.format, classifiers[0].metadata(), !options.no_names);
  Progress progress(paths.total());
  Counts counts;

  const auto work = [&](std::size_t worker, const ImagePath& path) {
    return std::pair(path.path, Read(classifiers[worker], heatmap, options.classify, path));
  };
  const auto deliver = [&](std::pair<std::string, Result<Heatmap::Drawn>>& read) -> Status {
    auto& [path, drawn] = read;
    const bool first = counts.all() == 0;
    ++(!drawn.ok() ? counts.failed : drawn->record.refused ? counts.refused : counts.answered);
    if (drawn.ok() && drawn->file) ECHOLENS_CHECK(heatmap->Write(*drawn->file));
    Answer answer{counts.all(), path, RecordOf(std::move(drawn))};
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
  app->add_option_function<std::string>(
         "--region",
         [options](const std::string& text) { options->classify.region = ParseRegion(text); },
         "Look at this part of each image alone, in its pixels")
      ->check([](const std::string& text) {
        return ParseRegion(text) ? "" : Quoted(text) + " is not X,Y,W,H, whole numbers of pixels";
      })
      ->type_name("X,Y,W,H");
  app->add_flag("--force", options->classify.force, "Answer images that the input gate refuses");
  app->add_flag("--no-names", options->no_names, "Keep file names out of what is printed");
  AddHeatmap(*app, options->heatmap);
  app->get_option("--heatmap-names")->excludes(app->get_option("--no-names"));
  AddMemoryLimit(*app, options->engine);
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

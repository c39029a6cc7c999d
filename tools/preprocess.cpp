// `echolens preprocess`: images as a network gets them, as files. Training reads these, so that no
// other library's decoder or resize comes between what a network learnt from and what it is shown.
#include "image/preprocess.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "command.h"
#include "csv.h"
#include "files.h"
#include "image_paths.h"
#include "in_order.h"
#include "model/graph.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "model_bytes.h"
#include "png.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(PATH is an image (PNG, JPEG, BMP, GIF), a folder (the images in it and in its
folders) or - (paths on standard input, one a line), as for classify.

Each image becomes FOLDER/SHA256.png, named by the SHA-256 of its file: grey, 8 bits,
resized and padded by the engine's own code. FOLDER/index.csv has a row for each, in
the order of the input: where it came from, its size, where it lies in the PNG, or
why it could not be read. The index appears when all is done, in the old one's place.

Examples:
  echolens preprocess -o pictures scans/
  echolens preprocess --size 384 --jobs 2 -o pictures scans/
  echolens preprocess --model seed.tflite -o pictures scan.png

Exit status: 0 all were written, 1 some failed, 2 wrong use, 130 interrupted.)";

constexpr char kIndex[] = "index.csv";

struct Options {
  std::string output;
  int size = 0;  // 0: as the model says
  std::string model;
  std::size_t jobs = 1;
  std::vector<std::string> paths;
};

// What was made of one image.
struct Prepared {
  std::string sha256;  // of the image's file
  Geometry geometry;
  std::vector<std::uint8_t> png;

  std::string name() const { return sha256 + ".png"; }
};

Result<Preprocessing> ChoosePreprocessing(const Options& options) {
  if (options.size > 0) {
    Preprocessing letterbox;
    letterbox.width = letterbox.height = options.size;
    return letterbox;
  }
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadModel(options.model));
  ECHOLENS_ASSIGN(const ModelFile file, ReadTflite(bytes));
  if (!file.metadata) {
    return Error{ErrorCode::kModelNoMetadata,
                 "the model has no echolens metadata: it does not say how images are prepared"};
  }
  ECHOLENS_CHECK(CheckMetadata(*file.metadata, file.graph));
  return file.metadata->preprocessing;
}

Result<Prepared> Prepare(const ImagePath& path, const Preprocessing& preprocessing) {
  if (path.error) return *path.error;
  constexpr DecodeLimits kLimits;
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  ReadFile(path.path, kLimits.max_bytes, ErrorCode::kImageTooLarge));
  ECHOLENS_ASSIGN(const DecodedImage decoded, DecodeImage(bytes, kLimits));
  ECHOLENS_ASSIGN(const NetworkImage prepared, Preprocess(decoded.grey, preprocessing));
  const auto& [image, geometry] = prepared;
  ECHOLENS_ASSIGN(std::vector<std::uint8_t> png,
                  PngFile(image.width, image.height, 1, image.pixels));
  return Prepared{Sha256Hex(bytes), geometry, std::move(png)};
}

std::vector<std::string> IndexColumns() {
  return {"file",   "picture",  "sha256",   "width",      "height",       "step_x",
          "step_y", "offset_x", "offset_y", "error_code", "error_message"};
}

std::vector<std::string> IndexRow(const std::string& path, const Result<Prepared>& prepared) {
  if (!prepared.ok()) {
    std::vector<std::string> row(IndexColumns().size());
    row.front() = path;
    row.end()[-2] = ErrorName(prepared.error().code);
    row.end()[-1] = prepared.error().detail;
    return row;
  }
  const Geometry& geometry = prepared->geometry;
  return {path,
          prepared->name(),
          prepared->sha256,
          std::to_string(geometry.region.width),
          std::to_string(geometry.region.height),
          NumberText(geometry.step_x),
          NumberText(geometry.step_y),
          NumberText(geometry.offset_x),
          NumberText(geometry.offset_y),
          "",
          ""};
}

Status WriteRow(FileWriter& index, const std::vector<std::string>& row) {
  const std::string text = CsvRow(row);
  return index.Write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// The folder, made if it has to be, without an index of earlier: pictures of two runs are not
// mixed. Errors: kFileUnwritable.
Status MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::remove(folder / kIndex, error);
  if (!error) return Ok();
  return Error{ErrorCode::kFileUnwritable,
               "cannot write into the folder '" + folder.string() + "': " + error.message()};
}

Result<ExitCode> Run(const Options& options) {
  ECHOLENS_ASSIGN(const Preprocessing preprocessing, ChoosePreprocessing(options));
  const std::filesystem::path folder = options.output;
  ECHOLENS_CHECK(MakeFolder(folder));
  ECHOLENS_ASSIGN(FileWriter index, FileWriter::Create((folder / kIndex).string()));
  ECHOLENS_CHECK(WriteRow(index, IndexColumns()));
  ImagePaths paths(options.paths);
  Progress progress(paths.total());
  std::size_t written = 0, failed = 0;

  const auto work = [&](std::size_t, const ImagePath& path) {
    return std::pair(path.path, Prepare(path, preprocessing));
  };
  const auto deliver = [&](const std::pair<std::string, Result<Prepared>>& done) -> Status {
    const auto& [path, prepared] = done;
    if (prepared.ok()) {
      ECHOLENS_CHECK(WriteFile((folder / prepared->name()).string(), prepared->png));
      ++written;
    } else {
      progress.Clear();
      Complain(path + ": " + prepared.error().detail);
      ++failed;
    }
    progress.Show(written + failed, failed);
    return WriteRow(index, IndexRow(path, prepared));
  };
  const std::size_t jobs = std::max<std::size_t>(options.jobs, 1);
  ECHOLENS_CHECK(InOrder(jobs, [&] { return paths.Next(); }, work, deliver));
  progress.Clear();

  if (Interrupted()) return ExitCode::kInterrupted;  // no index: nobody takes a part for the whole
  if (written + failed == 0)
    return Error{ErrorCode::kFileUnreadable, "there are no images to read"};
  ECHOLENS_CHECK(index.Commit());
  ECHOLENS_CHECK(Print(Printable((folder / kIndex).string()) + ": " + std::to_string(written) +
                       " written, " + std::to_string(failed) + " failed\n"));
  paths.ComplainOfLeftOut();
  return failed > 0 ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace

Command AddPreprocess(CLI::App& program) {
  CLI::App* app = program.add_subcommand("preprocess", "Write images as a network gets them");
  const auto options = std::make_shared<Options>();
  app->add_option("PATH", options->paths, "Images, folders, or - for standard input")->required();
  app->add_option("-o,--output", options->output, "The folder to write into")
      ->type_name("FOLDER")
      ->required();
  CLI::Option* size =
      app->add_option("--size", options->size, "Fit into a square of N × N pixels, black around")
          ->check(CLI::Range(1, 4096))
          ->type_name("N");
  app->add_option("--model", options->model,
                  "As this model file says; otherwise as the one inside the program")
      ->type_name("FILE")
      ->excludes(size);
  app->add_option("--jobs", options->jobs, "Images prepared at the same time")
      ->check(CLI::Range(0, 256))
      ->type_name("N")
      ->capture_default_str();
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

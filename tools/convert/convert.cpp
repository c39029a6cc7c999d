#include "convert/convert.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

#include "classifier.h"
#include "convert/calibration.h"
#include "convert/describe.h"
#include "convert/fold.h"
#include "convert/int8.h"
#include "convert/lower.h"
#include "convert/read_source.h"
#include "convert/samples.h"
#include "model/check.h"
#include "model/tflite.h"
#include "reading/golden.h"
#include "terminal.h"

namespace echolens::convert {
namespace {

constexpr std::uint32_t kGoldenSeed = 1;

Error WrongUse(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }
Error Interrupted() { return {ErrorCode::kInternal, "interrupted"}; }

// What is known on the way.
struct Work {
  std::optional<SourceNetwork> network;  // as it was trained; none: a .tflite file
  std::optional<Metadata> before;        // what the source file said of itself
  Lowered lowered;
  Description description;
  std::vector<CalibrationPicture> pictures;
  std::vector<std::string> lines;  // of the summary
  std::string report;

  Graph& graph() { return lowered.graph; }
  bool classifier() const { return description.metadata.has_value(); }
};

std::string Plural(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string Rounded(double number) {
  return NumberText(static_cast<float>(std::round(number * 1e5) / 1e5));
}

// "1.2e-06".
std::string Scientific(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", number);
  return text;
}

Status ReadNetwork(const ConvertOptions& options, Work& work) {
  FoldReport report;
  ECHOLENS_ASSIGN(Source source, ReadSource(options.source, options.input_size));
  if (auto* file = std::get_if<ModelFile>(&source)) {
    work.graph() = std::move(file->graph);
    work.before = std::move(file->metadata);
    return Ok();
  }
  work.network = std::get<SourceNetwork>(std::move(source));
  ECHOLENS_ASSIGN(const SourceNetwork folded, Fold(*work.network, report));
  ECHOLENS_ASSIGN(work.lowered, Lower(folded, report));
  if (options.explain) work.lines = std::move(report.lines);
  return Ok();
}

Status ReadPictures(const ConvertOptions& options, Work& work) {
  if (options.calibration.empty()) return Ok();
  if (!TakesPicture(work.graph())) {
    return WrongUse(
        "--calibrate needs a network that takes one picture, [1, height, width, 1 or 3]");
  }
  const std::vector<std::string> labels =
      work.classifier() ? work.description.metadata->labels : std::vector<std::string>{};
  ECHOLENS_ASSIGN(Calibration calibration,
                  ReadCalibration(options.calibration, options.calibration_count, labels,
                                  work.description.preprocessing));
  std::string line = std::string(options.int8 ? "calibrated" : "verified") + " on " +
                     std::to_string(calibration.pictures.size()) + " of " +
                     Plural(calibration.found, "image");
  if (calibration.masks > 0) {
    line += "; " + std::to_string(calibration.masks) + " named like masks were left out";
  }
  if (calibration.unreadable > 0) {
    line += "; " + std::to_string(calibration.unreadable) + " could not be read";
  }
  work.lines.push_back(line);
  work.pictures = std::move(calibration.pictures);
  return Ok();
}

// As many inputs as plain loops do in some seconds.
std::size_t FloatInputs(const Graph& graph) {
  constexpr std::int64_t kMultiplyAdds = 2'000'000'000;
  std::int64_t each = 1;
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) each += MultiplyAdds(graph, node);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(kMultiplyAdds / each, 1, 8));
}

Status VerifyFloat(Work& work) {
  if (!work.network) return Ok();
  const auto start = std::chrono::steady_clock::now();
  const std::size_t count = FloatInputs(work.graph());
  std::vector<Sample> samples;
  for (const CalibrationPicture& picture : work.pictures) {
    if (samples.size() == count) break;
    samples.push_back(PictureSample(picture.image, work.description.preprocessing));
  }
  if (samples.empty()) {
    ECHOLENS_ASSIGN(samples, SeededSamples(work.graph(), work.description.preprocessing, count));
  }
  ECHOLENS_ASSIGN(const FloatDifference difference,
                  CompareFloat(*work.network, work.graph(), work.description.head, samples,
                               [](std::size_t) { return !tools::Interrupted(); }));
  ECHOLENS_CHECK(JudgeFloat(difference));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  work.lines.push_back("float32 differs from the source's own arithmetic by at most " +
                       Scientific(difference.largest) + " on " +
                       Plural(difference.inputs, "input") + ", verified in " +
                       NumberText(std::round(taken.count() * 100) / 100) + " s");
  work.network.reset();
  return Ok();
}

bool IsFloat(const Graph& graph) {
  return std::ranges::none_of(
      graph.tensors, [](const TensorInfo& tensor) { return tensor.type == DataType::kInt8; });
}

std::string Summary(const Int8Difference& difference, bool classifier) {
  std::string line = "int8 against float32 on " + Plural(difference.pictures, "image") + ": ";
  if (classifier) {
    line += "probabilities move by " + Rounded(difference.mean) + " on average, " +
            Rounded(difference.largest) + " at most; " + Plural(difference.changed, "call") +
            " changed; ";
    if (difference.auc_lost) line += "AUC lost " + Rounded(*difference.auc_lost) + "; ";
  }
  return line + "signal-to-noise ratio " + NumberText(std::round(difference.signal_to_noise)) +
         " dB";
}

Status QuantiseNetwork(const ConvertOptions& options, Work& work) {
  if (!options.int8) return Ok();
  if (!IsFloat(work.graph())) return WrongUse("'" + options.source + "' is quantised already");
  ECHOLENS_ASSIGN(Int8Network int8,
                  MakeInt8(work.lowered, work.description, work.pictures, *options.int8));
  work.lines.push_back(Summary(int8.difference, work.classifier()));
  work.report = std::move(int8.report);
  work.graph() = std::move(int8.graph);
  return Ok();
}

Status AddGoldenCase(Work& work) {
  if (!work.classifier()) return Ok();
  Metadata& metadata = *work.description.metadata;
  ECHOLENS_ASSIGN(Engine engine, Engine::Create(work.graph()));
  ECHOLENS_ASSIGN(metadata.golden, MakeGoldenCase(engine, metadata.preprocessing, kGoldenSeed));
  return Ok();
}

// Whoever gets the file can load it.
Status ReadBack(const std::vector<std::uint8_t>& file, bool classifier) {
  if (classifier) {
    ECHOLENS_ASSIGN(const Classifier loaded, Classifier::Load(file));
    return Ok();
  }
  ECHOLENS_ASSIGN(const ModelFile model, ReadTflite(file));
  return Ok();
}

std::string SizeText(std::size_t bytes) {
  const double kilobytes = std::round(static_cast<double>(bytes) / 100) / 10;
  return kilobytes < 1000 ? NumberText(kilobytes) + " kB"
                          : NumberText(std::round(kilobytes / 10) / 100) + " MB";
}

std::string Headline(Work& work, std::size_t bytes) {
  const std::string facts = std::string(IsFloat(work.graph()) ? "float32" : "int8") + ", " +
                            Plural(work.graph().nodes.size(), "operator") + ", " + SizeText(bytes);
  if (!work.classifier()) {
    return "a plain network, " + facts + ": without --labels it does not classify";
  }
  const Metadata& metadata = *work.description.metadata;
  std::string line = "'" + metadata.name + "' " + metadata.version + ", " + facts + ":";
  for (const std::string& label : metadata.labels) {
    line += (label == metadata.labels[0] ? " " : ", ") + label;
  }
  return line;
}

}  // namespace

Result<Converted> Convert(const ConvertOptions& options) {
  if (options.int8 && options.calibration.empty()) {
    return WrongUse(
        "--quantize int8 needs --calibrate: the ranges of its values are measured on images");
  }
  Work work;
  ECHOLENS_CHECK(ReadNetwork(options, work));
  ECHOLENS_ASSIGN(work.description, Describe(options, work.before, work.lowered));
  ECHOLENS_CHECK(ReadPictures(options, work));
  ECHOLENS_CHECK(VerifyFloat(work));
  ECHOLENS_CHECK(QuantiseNetwork(options, work));
  ECHOLENS_CHECK(AddGoldenCase(work));
  if (tools::Interrupted()) return Interrupted();

  Converted converted;
  converted.file = WriteTflite({work.graph(), work.description.metadata});
  ECHOLENS_CHECK(ReadBack(converted.file, work.classifier()));
  converted.summary = Headline(work, converted.file.size()) + "\n";
  for (const std::string& line : work.lines) converted.summary += "  " + line + "\n";
  converted.summary += work.report;
  return converted;
}

}  // namespace echolens::convert

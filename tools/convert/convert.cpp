#include "convert/convert.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>
#include <variant>

#include "classifier.h"
#include "convert/activation_map.h"
#include "convert/calibration.h"
#include "convert/card.h"
#include "convert/fold.h"
#include "convert/head.h"
#include "convert/lower.h"
#include "convert/quantise.h"
#include "convert/quantise/bias_correction.h"
#include "convert/quantise/compare.h"
#include "convert/quantise/equalise.h"
#include "convert/read_source.h"
#include "convert/samples.h"
#include "files.h"
#include "model/check.h"
#include "model/tflite.h"
#include "reading/golden.h"
#include "terminal.h"

namespace echolens::convert {
namespace {

constexpr std::uint32_t kGoldenSeed = 1;
constexpr std::size_t kLargestCard = std::size_t{256} << 20;  // bytes; a gate's matrix is large

Error WrongUse(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }
Error Interrupted() { return {ErrorCode::kInternal, "interrupted"}; }

// What is known on the way.
struct Work {
  std::optional<SourceNetwork> network;  // as it was trained; none: a .tflite file
  Lowered lowered;
  std::optional<Metadata> metadata;  // of a classifier
  std::optional<LogitsOutput> head;
  Preprocessing preprocessing;
  std::vector<CalibrationPicture> pictures;
  std::vector<std::string> lines;  // of the summary
  std::string report;

  Graph& graph() { return lowered.graph; }
};

std::string Plural(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

Result<std::string> ReadText(const std::string& path) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  tools::ReadFile(path, kLargestCard, ErrorCode::kInvalidArgument));
  return std::string(bytes.begin(), bytes.end());
}

// --- Reading ------------------------------------------------------------------------------------

Status Read(const ConvertOptions& options, Work& work) {
  FoldReport report;
  ECHOLENS_ASSIGN(Source source, ReadSource(options.source, options.input_size));
  if (auto* file = std::get_if<ModelFile>(&source)) {
    work.lowered.graph = std::move(file->graph);
    work.metadata = std::move(file->metadata);
    return Ok();
  }
  work.network = std::get<SourceNetwork>(std::move(source));
  ECHOLENS_ASSIGN(const SourceNetwork folded, Fold(*work.network, report));
  ECHOLENS_ASSIGN(work.lowered, Lower(folded, report));
  if (options.explain) work.lines = std::move(report.lines);
  return Ok();
}

// --- What a classifier is beyond its network ----------------------------------------------------

// Size and channels are the network's; pixels go in as they are, 0 … 255, unless told otherwise.
Status FillPreprocessing(const ConvertOptions& options, const Graph& graph,
                         Preprocessing& preprocessing) {
  if (TakesPicture(graph)) {
    const Shape& shape = graph.tensors[static_cast<std::size_t>(graph.inputs[0])].shape;
    preprocessing.height = shape[1];
    preprocessing.width = shape[2];
    if (preprocessing.channels != shape[3]) {
      preprocessing.channels = shape[3];
      const auto channels = static_cast<std::size_t>(shape[3]);
      preprocessing.mean.assign(channels, preprocessing.mean[0]);
      preprocessing.scale.assign(channels, preprocessing.scale[0]);
    }
  }
  if (options.preprocessing.empty()) return Ok();
  if (options.preprocessing.starts_with('{')) {
    return ReadPreprocessing(options.preprocessing, "--preprocess", preprocessing);
  }
  ECHOLENS_ASSIGN(const std::string text, ReadText(options.preprocessing));
  return ReadPreprocessing(text, "'" + options.preprocessing + "'", preprocessing);
}

// One a channel: a network that is no classifier has no metadata that are checked.
Status CheckChannels(const Preprocessing& preprocessing) {
  for (const auto& [name, values] :
       {std::pair{"mean", &preprocessing.mean}, {"scale", &preprocessing.scale}}) {
    if (values->size() == static_cast<std::size_t>(preprocessing.channels)) continue;
    return WrongUse("preprocessing." + std::string(name) + " has " +
                    Plural(values->size(), "number") + ", expected one a channel, " +
                    std::to_string(preprocessing.channels));
  }
  return Ok();
}

// The card, and the options over it.
Status FillMetadata(const ConvertOptions& options, Work& work) {
  Metadata metadata = work.metadata.value_or(Metadata{});
  metadata.golden.reset();
  if (!options.labels.empty()) metadata.labels = options.labels;
  ECHOLENS_CHECK(FillPreprocessing({}, work.graph(), metadata.preprocessing));
  if (!options.card.empty()) {
    ECHOLENS_ASSIGN(const std::string text, ReadText(options.card));
    ECHOLENS_CHECK(ReadCard(text, "'" + options.card + "'", metadata));
  }
  ECHOLENS_CHECK(FillPreprocessing(options, work.graph(), metadata.preprocessing));
  ECHOLENS_CHECK(CheckChannels(metadata.preprocessing));
  work.preprocessing = metadata.preprocessing;
  if (metadata.labels.empty()) {
    if (options.card.empty() && options.name.empty() && options.version.empty()) return Ok();
    return WrongUse("a classifier needs --labels, or labels in its card");
  }
  if (!options.name.empty()) metadata.name = options.name;
  if (!options.version.empty()) metadata.version = options.version;
  if (metadata.name.empty()) metadata.name = std::filesystem::path(options.source).stem().string();
  if (metadata.version.empty()) metadata.version = "1";

  ECHOLENS_ASSIGN(work.head, TakeHead(work.lowered, metadata));
  if (!options.activation_map) {
    metadata.activation_map.reset();
  } else if (!metadata.activation_map) {
    metadata.activation_map = KeepFeatureMap(work.graph(), metadata.head.logits);
  }
  // Packed and read again, every field is checked; then whether it fits the network.
  ECHOLENS_ASSIGN(metadata, UnpackMetadata(PackMetadata(metadata)));
  ECHOLENS_CHECK(CheckMetadata(metadata, work.graph()));
  work.metadata = std::move(metadata);
  return Ok();
}

// --- Calibration pictures -----------------------------------------------------------------------

Status ReadPictures(const ConvertOptions& options, Work& work) {
  if (options.calibration.empty()) return Ok();
  if (!TakesPicture(work.graph())) {
    return WrongUse(
        "--calibrate needs a network that takes one picture, [1, height, width, 1 or "
        "3]");
  }
  const std::vector<std::string> labels =
      work.metadata ? work.metadata->labels : std::vector<std::string>{};
  ECHOLENS_ASSIGN(
      Calibration calibration,
      ReadCalibration(options.calibration, options.calibration_count, labels, work.preprocessing));
  std::string line = "calibrated on " + std::to_string(calibration.pictures.size()) + " of " +
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

// --- float32 against the source -----------------------------------------------------------------

// As many as plain loops do in some seconds.
std::size_t FloatInputs(const Graph& graph) {
  constexpr std::int64_t kMultiplyAdds = 2'000'000'000;
  std::int64_t each = 1;
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) each += MultiplyAdds(graph, node);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(kMultiplyAdds / each, 1, 8));
}

Status VerifyFloat(Work& work) {
  if (!work.network) return Ok();
  const std::size_t count = FloatInputs(work.graph());
  std::vector<Sample> samples;
  for (const CalibrationPicture& picture : work.pictures) {
    if (samples.size() == count) break;
    samples.push_back(PictureSample(picture.image, work.preprocessing));
  }
  if (samples.empty()) {
    ECHOLENS_ASSIGN(samples, SeededSamples(work.graph(), work.preprocessing, count));
  }
  ECHOLENS_ASSIGN(const FloatDifference difference,
                  CompareFloat(*work.network, work.graph(), work.head, samples,
                               [](std::size_t) { return !tools::Interrupted(); }));
  ECHOLENS_CHECK(JudgeFloat(difference));
  work.lines.push_back("float32 differs from the source's own arithmetic by at most " +
                       NumberText(static_cast<float>(difference.largest)) + " on " +
                       Plural(difference.inputs, "input"));
  work.network.reset();
  return Ok();
}

// --- int8 ---------------------------------------------------------------------------------------

// `use(i, sample)` for every calibration picture.
template <class Use>
Status OverSamples(const Work& work, Use use) {
  tools::Progress progress(work.pictures.size());
  for (std::size_t i = 0; i < work.pictures.size(); ++i) {
    if (tools::Interrupted()) return Interrupted();
    ECHOLENS_CHECK(use(i, PictureSample(work.pictures[i].image, work.preprocessing)));
    progress.Show(i + 1, 0);
  }
  return Ok();
}

std::string Rounded(double number) {
  return NumberText(static_cast<float>(std::round(number * 1e5) / 1e5));
}

Sample ValuesOf(const Observer& observer, const Graph& graph) {
  Sample values;
  for (const TensorId id : graph.outputs) values.push_back(observer.Values(id));
  return values;
}

Result<Int8Difference> CompareInt8(const Work& work, const Graph& int8) {
  const Graph& graph = work.lowered.graph;
  Int8Comparison comparison(work.metadata ? &*work.metadata : nullptr,
                            work.head ? work.head->index : 0);
  ECHOLENS_ASSIGN(Observer before, Observer::Create(graph, graph.outputs));
  ECHOLENS_ASSIGN(Observer after, Observer::Create(int8, int8.outputs));
  const auto add = [&](std::size_t i, const Sample& sample) -> Status {
    ECHOLENS_CHECK(before.Run(sample));
    ECHOLENS_CHECK(after.Run(sample));
    comparison.Add(ValuesOf(before, graph), ValuesOf(after, int8), work.pictures[i].label);
    return Ok();
  };
  ECHOLENS_CHECK(OverSamples(work, add));
  return comparison.Finish();
}

// Layer by layer.
Result<std::vector<LayerNoise>> MeasureNoise(const Work& work, const Graph& real,
                                             const Graph& int8) {
  ECHOLENS_ASSIGN(Comparison comparison, Comparison::Create(real, int8));
  ECHOLENS_CHECK(
      OverSamples(work, [&](std::size_t, const Sample& sample) { return comparison.Add(sample); }));
  return comparison.Layers();
}

// Where most of the noise comes in.
std::string Worst(const std::vector<LayerNoise>& layers) {
  const auto worst = std::ranges::max_element(layers, {}, &LayerNoise::drop_db);
  if (worst == layers.end()) return "there are no layers";
  return "most of the error enters at " + worst->node + ", whose output falls to " +
         Rounded(worst->snr_db) + " dB";
}

// `real` is the float32 network, equalised.
Result<Graph> QuantiseOver(const Work& work, const Graph& real, RangeMethod method) {
  ECHOLENS_ASSIGN(RangeCollector collector, RangeCollector::Create(real));
  std::vector<Sample> samples;
  const auto add = [&](std::size_t, const Sample& sample) {
    samples.push_back(sample);
    return collector.Add(sample);
  };
  ECHOLENS_CHECK(OverSamples(work, add));
  ECHOLENS_ASSIGN(const Ranges ranges, collector.Finish(method));
  ECHOLENS_ASSIGN(Graph int8, Quantise(real, ranges, work.lowered.kept_scales));
  return CorrectBiases(real, std::move(int8), samples);
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
            " changed";
    if (difference.auc_lost) line += "; AUC lost " + Rounded(*difference.auc_lost);
    line += "; ";
  }
  return line + "signal-to-noise ratio " + NumberText(std::round(difference.signal_to_noise)) +
         " dB";
}

Status MakeInt8(const ConvertOptions& options, Work& work) {
  if (!options.int8) return Ok();
  if (!IsFloat(work.graph())) return WrongUse("'" + options.source + "' is quantised already");
  // Scales that the source kept hold for its own channels.
  Graph real = work.graph();
  if (work.lowered.kept_scales.empty()) {
    ECHOLENS_ASSIGN(real, Equalise(std::move(real)));
  }
  ECHOLENS_ASSIGN(Graph int8, QuantiseOver(work, real, options.ranges));
  ECHOLENS_ASSIGN(const Int8Difference difference, CompareInt8(work, int8));
  const bool classifier = work.metadata.has_value();
  Status judged = JudgeInt8(difference, options.limits, classifier);
  if (options.report || !judged.ok()) {
    ECHOLENS_ASSIGN(const std::vector<LayerNoise> layers, MeasureNoise(work, real, int8));
    if (!judged.ok()) {
      const auto& [code, detail] = judged.error();
      return Error{code, detail + "; " + Worst(layers) + ". Nothing was written"};
    }
    work.report = NoiseText(layers);
  }
  work.lines.push_back(Summary(difference, classifier));
  work.graph() = std::move(int8);
  return Ok();
}

// --- The file -----------------------------------------------------------------------------------

Status AddGoldenCase(Work& work) {
  if (!work.metadata) return Ok();
  ECHOLENS_ASSIGN(Engine engine, Engine::Create(work.graph()));
  ECHOLENS_ASSIGN(work.metadata->golden,
                  MakeGoldenCase(engine, work.metadata->preprocessing, kGoldenSeed));
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

std::string Headline(const Work& work, bool float32, std::size_t bytes) {
  std::string line = std::string(float32 ? "float32" : "int8") + ", " +
                     Plural(work.lowered.graph.nodes.size(), "operator") + ", " + SizeText(bytes);
  if (!work.metadata) return "a plain network, " + line + ": without --labels it does not classify";
  line = "'" + work.metadata->name + "' " + work.metadata->version + ", " + line + ":";
  for (const std::string& label : work.metadata->labels) {
    line += (label == work.metadata->labels[0] ? " " : ", ") + label;
  }
  return line;
}

}  // namespace

Result<Converted> Convert(const ConvertOptions& options) {
  if (options.int8 && options.calibration.empty()) {
    return WrongUse(
        "--quantize int8 needs --calibrate: the ranges of its values are measured on "
        "images");
  }
  Work work;
  ECHOLENS_CHECK(Read(options, work));
  ECHOLENS_CHECK(FillMetadata(options, work));
  ECHOLENS_CHECK(ReadPictures(options, work));
  ECHOLENS_CHECK(VerifyFloat(work));
  ECHOLENS_CHECK(MakeInt8(options, work));
  ECHOLENS_CHECK(AddGoldenCase(work));
  if (tools::Interrupted()) return Interrupted();

  Converted converted;
  const bool float32 = IsFloat(work.graph()), classifier = work.metadata.has_value();
  converted.file = WriteTflite({work.graph(), work.metadata});
  ECHOLENS_CHECK(ReadBack(converted.file, classifier));
  converted.summary = Headline(work, float32, converted.file.size()) + "\n";
  for (const std::string& line : work.lines) converted.summary += "  " + line + "\n";
  converted.summary += work.report;
  return converted;
}

}  // namespace echolens::convert

// `echolens bench`: how fast this computer reads.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "bmp.h"
#include "classifier.h"
#include "command.h"
#include "files.h"
#include "memory_limit.h"
#include "model/tflite.h"
#include "model_bytes.h"
#include "reading/golden.h"
#include "runtime/engine.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(Reads one image over and over, after a warm-up, and says how long the steps take:
the median, and the times under which a tenth and nine tenths of the runs stay.
Without --image that is a made-up picture of 600 x 450 pixels, stored as a BMP. Of
a model without metadata the inference alone is measured, on seeded noise.

Examples:
  echolens bench
  echolens bench --image scan.png --seconds 10
  echolens bench --model model.tflite --threads 2 --format json)";

constexpr int kPictureWidth = 600, kPictureHeight = 450;
constexpr std::size_t kFewestRuns = 5;

struct Options {
  std::string model;
  std::string image;
  std::string format = "text";
  double seconds = 3;
  EngineOptions engine;
};

struct Spread {  // milliseconds
  double median = 0, p10 = 0, p90 = 0;
};

// By the nearest rank; `times` is not empty.
Spread SpreadOf(std::vector<double> times) {
  std::ranges::sort(times);
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(times.size() - 1)))];
  };
  return {at(0.5), at(0.1), at(0.9)};
}

struct Step {
  const char* name;
  std::vector<double> times;
};

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// What was measured: every run's time of every step, the last of which is all of them.
struct Measured {
  std::vector<Step> steps;
  std::string input;
};

// Calls `once` for a while, then forgets it, and measures.
template <class Once>
Status Loop(double seconds, std::vector<Step>& steps, Once once) {
  constexpr double kWarmUp = 0.1;
  const auto repeat = [&](double share) -> Status {
    const auto start = Clock::now();
    for (std::size_t runs = 0; !Interrupted(); ++runs) {
      if (runs >= kFewestRuns && MillisecondsSince(start) >= 1000 * share * seconds) break;
      ECHOLENS_CHECK(once());
    }
    return Ok();
  };
  ECHOLENS_CHECK(repeat(kWarmUp));
  for (Step& step : steps) step.times.clear();
  return repeat(1);
}

Result<Measured> MeasureClassifier(const std::vector<std::uint8_t>& model, const Options& options) {
  Measured measured{{{"decode", {}}, {"preprocess", {}}, {"inference", {}}, {"total", {}}}, ""};
  std::vector<std::uint8_t> image;
  if (options.image.empty()) {
    ECHOLENS_ASSIGN(const GreyImage picture, GoldenImage(1, kPictureWidth, kPictureHeight));
    image = BmpFile(picture);
    measured.input = "a made-up picture";
  } else {
    ECHOLENS_ASSIGN(image,
                    ReadFile(options.image, DecodeLimits{}.max_bytes, ErrorCode::kImageTooLarge));
    measured.input = options.image;
  }
  ECHOLENS_ASSIGN(Classifier classifier, Classifier::Load(model, {options.engine}));
  ClassifyOptions all_steps;
  all_steps.force = true;
  const auto once = [&]() -> Status {
    ECHOLENS_ASSIGN(const Record record, classifier.Classify(image, all_steps));
    const Timings& t = record.timings;
    const double times[] = {t.decode, t.preprocess, t.inference, t.total};
    for (std::size_t i = 0; i < measured.steps.size(); ++i)
      measured.steps[i].times.push_back(times[i]);
    return Ok();
  };
  ECHOLENS_CHECK(Loop(options.seconds, measured.steps, once));
  return measured;
}

void FillWithNoise(Tensor& input, std::mt19937& random) {
  if (input.type() == DataType::kFloat32) {
    for (float& value : input.data<float>())
      value = static_cast<float>(random()) / static_cast<float>(std::mt19937::max());
  } else {
    for (std::uint8_t& byte : input.bytes()) byte = static_cast<std::uint8_t>(random());
  }
}

Result<Measured> MeasureNetwork(const Graph& graph, const Options& options) {
  if (!options.image.empty()) {
    return Error{ErrorCode::kModelNoMetadata,
                 "the model has no metadata: it reads no images, and is measured without --image"};
  }
  ECHOLENS_ASSIGN(Engine engine, Engine::Create(graph, options.engine));
  std::mt19937 random(1);
  for (std::size_t i = 0; i < engine.input_count(); ++i) FillWithNoise(engine.input(i), random);
  Measured measured{{{"inference", {}}}, "seeded noise"};
  const auto once = [&]() -> Status {
    const auto start = Clock::now();
    ECHOLENS_CHECK(engine.Run());
    measured.steps[0].times.push_back(MillisecondsSince(start));
    return Ok();
  };
  ECHOLENS_CHECK(Loop(options.seconds, measured.steps, once));
  return measured;
}

// Bytes, the most that the program has held so far.
std::int64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return std::int64_t{usage.ru_maxrss} * 1024;
#endif
}

std::string Fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

std::string Text(const Measured& measured, const Options& options) {
  const std::size_t runs = measured.steps.back().times.size();
  std::string text = std::to_string(runs) + " runs on " + Printable(measured.input) + ", " +
                     std::to_string(options.engine.threads) +
                     (options.engine.threads == 1 ? " thread\n\n" : " threads\n\n");
  text += PadRight("milliseconds", 14) + PadLeft("median", 10) + PadLeft("p10", 10) +
          PadLeft("p90", 10) + "\n";
  for (const Step& step : measured.steps) {
    const Spread spread = SpreadOf(step.times);
    text += PadRight(step.name, 14);
    for (const double ms : {spread.median, spread.p10, spread.p90})
      text += PadLeft(Fixed(ms, 3), 10);
    text += "\n";
  }
  const double per_second = 1000 / SpreadOf(measured.steps.back().times).median;
  const char* unit = measured.steps.size() > 1 ? " images" : " runs";
  return text + "\n" + Fixed(per_second, 1) + unit + " a second, peak memory " +
         Fixed(static_cast<double>(PeakMemory()) / (1 << 20), 1) + " MiB\n";
}

std::string JsonText(const Measured& measured, const Options& options) {
  nlohmann::ordered_json json{{"runs", measured.steps.back().times.size()},
                              {"input", measured.input},
                              {"threads", options.engine.threads}};
  for (const Step& step : measured.steps) {
    const Spread spread = SpreadOf(step.times);
    json[std::string(step.name) + "_ms"] = {
        {"median", spread.median}, {"p10", spread.p10}, {"p90", spread.p90}};
  }
  json["images_per_second"] = 1000 / SpreadOf(measured.steps.back().times).median;
  json["peak_memory_bytes"] = PeakMemory();
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<ExitCode> Run(const Options& options) {
  constexpr double kLongest = 3600;
  if (!(options.seconds >= 0 && options.seconds <= kLongest)) {  // so that "nan" is neither
    return Error{ErrorCode::kInvalidArgument,
                 "--seconds is " + NumberText(options.seconds) + ", expected 0 to 3600"};
  }
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadModel(options.model));
  ECHOLENS_ASSIGN(const ModelFile model, ReadTflite(bytes));
  ECHOLENS_ASSIGN(const Measured measured, model.metadata ? MeasureClassifier(bytes, options)
                                                          : MeasureNetwork(model.graph, options));
  if (Interrupted()) return ExitCode::kInterrupted;
  ECHOLENS_CHECK(
      Print(options.format == "json" ? JsonText(measured, options) : Text(measured, options)));
  return ExitCode::kDone;
}

}  // namespace

Command AddBench(CLI::App& program) {
  CLI::App* app = program.add_subcommand("bench", "Measure how fast this computer reads");
  const auto options = std::make_shared<Options>();
  app->add_option("--model", options->model, "Model file; otherwise the one inside the program")
      ->type_name("FILE");
  app->add_option("--image", options->image, "Image to read; otherwise a made-up one")
      ->type_name("FILE");
  app->add_option("--seconds", options->seconds, "How long to measure")
      ->type_name("S")
      ->capture_default_str();
  app->add_option("--threads", options->engine.threads, "Threads of one run")
      ->check(CLI::Range(1, 64))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  AddMemoryLimit(*app, options->engine);
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

// `echolens convert`: trained weights in, one model file out.
#include "command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "convert/convert.h"
#include "files.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(SOURCE is a Keras archive (.keras), a whole Keras model in HDF5 (.h5), ONNX, or a
.tflite file of another converter; the first bytes tell which. With --labels (or a
card that has them) the file is a classifier; without, a network for 'run',
'inspect' and 'bench'.

Nothing is written unless the result answers as the source does: float32 is run
against the source's own arithmetic, int8 against float32 on the calibration images.

Examples:
  echolens convert model.keras -o model.tflite
  echolens convert model.onnx -o model.tflite --labels normal,benign,malignant
  echolens convert model.keras -o model.tflite --card card.json \
    --quantize int8 --calibrate images/

docs/converting.md explains the card, what is folded and what is verified.

Exit status: 0 written, 1 failed, 2 wrong use, 130 interrupted.)";

struct Options {
  convert::ConvertOptions convert;
  std::string output;
  std::string input_size;
  std::string quantize;
  convert::Int8Options int8;
  std::string range = "mse";
  std::string cam = "auto";
};

// "224x320": height and width.
Status ReadInputSize(const std::string& text, std::array<int, 2>& size) {
  if (text.empty()) return Ok();
  int used = 0;
  const int read = std::sscanf(text.c_str(), "%5dx%5d%n", &size[0], &size[1], &used);
  if (read == 2 && static_cast<std::size_t>(used) == text.size() && size[0] > 0 && size[1] > 0) {
    return Ok();
  }
  return Error{ErrorCode::kInvalidArgument,
               "--input-size is '" + text + "', expected height and width: 224x320"};
}

Result<ExitCode> Run(Options options) {
  ECHOLENS_CHECK(ReadInputSize(options.input_size, options.convert.input_size));
  options.convert.activation_map = options.cam == "auto";
  options.int8.ranges = options.range == "minmax"       ? convert::RangeMethod::kMinMax
                        : options.range == "percentile" ? convert::RangeMethod::kPercentile
                                                        : convert::RangeMethod::kLeastSquares;
  if (options.quantize == "int8") options.convert.int8 = options.int8;
  if (options.int8.report && !options.convert.int8) {
    return Error{ErrorCode::kInvalidArgument, "--report tells of int8 layers: it needs --quantize"};
  }
  const Result<convert::Converted> converted = convert::Convert(options.convert);
  if (Interrupted()) return ExitCode::kInterrupted;
  if (!converted.ok()) return converted.error();
  ECHOLENS_CHECK(WriteFile(options.output, converted->file));
  ECHOLENS_CHECK(Print(Printable(options.output) + ": " + converted->summary));
  return ExitCode::kDone;
}

}  // namespace

Command AddConvert(CLI::App& program) {
  CLI::App* app =
      program.add_subcommand("convert", "Turn trained weights into a verified model file");
  const auto options = std::make_shared<Options>();
  convert::ConvertOptions& convert = options->convert;
  app->add_option("SOURCE", convert.source, "Trained weights")->required();
  app->add_option("-o,--output", options->output, "The .tflite file to write")
      ->required()
      ->type_name("FILE");
  app->add_option("--input-size", options->input_size,
                  "Height and width, where the source leaves them open")
      ->type_name("HxW");

  app->add_option("--labels", convert.labels, "The classes, in the order of the outputs")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("A,B,…")
      ->group("A classifier");
  app->add_option("--name", convert.name, "Name of the model; otherwise the source file's")
      ->type_name("NAME")
      ->group("A classifier");
  app->add_option("--version", convert.version, "Version of the model; otherwise 1")
      ->type_name("VERSION")
      ->group("A classifier");
  app->add_option("--preprocess", convert.preprocessing,
                  "How pixels 0 … 255 become input; otherwise as they are, letterboxed")
      ->type_name("JSON|FILE")
      ->group("A classifier");
  app->add_option("--card", convert.card, "All that and more in one JSON file")
      ->type_name("FILE")
      ->group("A classifier");
  app->add_option("--cam", options->cam, "auto keeps what the class activation map needs")
      ->check(CLI::IsMember({"auto", "off"}))
      ->type_name("auto|off")
      ->capture_default_str()
      ->group("A classifier");

  app->add_option("--quantize", options->quantize, "int8: a quarter of the size, and faster")
      ->check(CLI::IsMember({"int8"}))
      ->type_name("int8")
      ->group("int8");
  app->add_option("--calibrate", convert.calibration,
                  "Images of the kind to be read: a folder, an image, or a .csv of file and label")
      ->allow_extra_args(false)
      ->type_name("PATH")
      ->group("int8");
  app->add_option("--calibrate-count", convert.calibration_count, "At most so many of them")
      ->check(CLI::Range(1, 100000))
      ->type_name("N")
      ->capture_default_str()
      ->group("int8");
  app->add_option("--range", options->range, "How ranges are chosen: minmax, percentile or mse")
      ->check(CLI::IsMember({"minmax", "percentile", "mse"}))
      ->type_name("METHOD")
      ->capture_default_str()
      ->group("int8");
  app->add_option("--max-delta", options->int8.limits.mean_delta,
                  "Most that probabilities may move, on average")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("P")
      ->capture_default_str()
      ->group("int8");
  app->add_option("--max-auc-lost", options->int8.limits.auc_lost, "Most that the AUC may fall")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("A")
      ->capture_default_str()
      ->group("int8");
  app->add_option("--min-snr", options->int8.limits.signal_to_noise,
                  "Least signal-to-noise ratio of a network that tells no pictures apart")
      ->check(CLI::Range(-100.0, 100.0))
      ->type_name("DB")
      ->capture_default_str()
      ->group("int8");

  app->add_flag("--explain", convert.explain, "Print what was folded into what");
  app->add_flag("--report", options->int8.report, "Print how exact every int8 layer is");
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

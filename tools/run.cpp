// `echolens run`: the bare network on NumPy arrays.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "files.h"
#include "memory_limit.h"
#include "model/tflite.h"
#include "model_bytes.h"
#include "npy.h"
#include "runtime/engine.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(The arrays are .npy files (numpy.save): float32 or int8, as the network's input
is, with the axes that 'echolens inspect MODEL' shows. The first axis may be
longer than the network's: the network then runs as often as it takes. Nothing is
scaled or quantised on the way.

Several inputs: --input once for each, in the network's order. Several outputs:
y.npy becomes y-0.npy, y-1.npy and so on, in the network's order.

Examples:
  echolens run model.tflite --input x.npy --output y.npy
  echolens run add.tflite --input a.npy --input b.npy --output sum.npy)";

struct Options {
  std::string model;
  std::vector<std::string> inputs;
  std::string output;
  EngineOptions engine;
};

Error WrongUse(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what)}; }

// How often the network runs to take the whole array.
Result<std::int64_t> CountRuns(const NpyReader& array, const std::string& path,
                               const Tensor& input) {
  const auto misfit = [&](const std::string& got, const std::string& expected) {
    return WrongUse("'" + path + "' is " + got + ", the network takes " + expected);
  };
  if (array.type() != input.type()) {
    return misfit(std::string(TypeName(array.type())), std::string(TypeName(input.type())));
  }
  const NpyShape network(input.shape().begin(), input.shape().end());
  const NpyShape& shape = array.shape();
  if (network.empty() && shape.empty()) return std::int64_t{1};
  if (network.empty() || shape.size() != network.size() ||
      !std::equal(shape.begin() + 1, shape.end(), network.begin() + 1) ||
      shape[0] % network[0] != 0) {
    return misfit(NpyShapeText(shape),
                  NpyShapeText(network) + " or a multiple of it along the first axis");
  }
  return shape[0] / network[0];
}

struct Inputs {
  std::vector<NpyReader> arrays;
  std::int64_t runs = 0;
};

Result<Inputs> OpenInputs(const std::vector<std::string>& paths, const Engine& engine) {
  if (paths.size() != engine.input_count()) {
    return WrongUse("the network has " + std::to_string(engine.input_count()) +
                    " inputs, expected --input as often, got " + std::to_string(paths.size()));
  }
  Inputs inputs;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    ECHOLENS_ASSIGN(NpyReader array, NpyReader::Open(paths[i]));
    ECHOLENS_ASSIGN(const std::int64_t runs, CountRuns(array, paths[i], engine.input(i)));
    if (i > 0 && runs != inputs.runs) {
      return WrongUse("'" + paths[i] + "' is enough for " + std::to_string(runs) + " runs, '" +
                      paths[0] + "' for " + std::to_string(inputs.runs));
    }
    inputs.runs = runs;
    inputs.arrays.push_back(std::move(array));
  }
  return inputs;
}

std::string OutputPath(const std::string& path, std::size_t i, std::size_t count) {
  if (count == 1) return path;
  const std::string suffix = path.ends_with(".npy") ? ".npy" : "";
  return path.substr(0, path.size() - suffix.size()) + "-" + std::to_string(i) + suffix;
}

NpyShape OutputShape(const Tensor& output, std::int64_t runs) {
  NpyShape shape(output.shape().begin(), output.shape().end());
  if (shape.empty()) return {runs};
  shape[0] *= runs;
  return shape;
}

Result<std::vector<FileWriter>> CreateOutputs(const std::string& path, const Engine& engine,
                                              std::int64_t runs) {
  std::vector<FileWriter> files;
  for (std::size_t i = 0; i < engine.output_count(); ++i) {
    const Tensor& output = engine.output(i);
    ECHOLENS_ASSIGN(FileWriter file,
                    FileWriter::Create(OutputPath(path, i, engine.output_count())));
    ECHOLENS_CHECK(file.Write(NpyHeader(output.type(), OutputShape(output, runs))));
    files.push_back(std::move(file));
  }
  return files;
}

Result<ExitCode> Run(const Options& options) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadModel(options.model));
  ECHOLENS_ASSIGN(const ModelFile model, ReadTflite(bytes));
  ECHOLENS_ASSIGN(Engine engine, Engine::Create(model.graph, options.engine));
  ECHOLENS_ASSIGN(Inputs inputs, OpenInputs(options.inputs, engine));
  ECHOLENS_ASSIGN(std::vector<FileWriter> outputs,
                  CreateOutputs(options.output, engine, inputs.runs));
  for (std::int64_t run = 0; run < inputs.runs; ++run) {
    if (Interrupted()) return ExitCode::kInterrupted;  // and no file appears
    for (std::size_t i = 0; i < inputs.arrays.size(); ++i) {
      ECHOLENS_CHECK(inputs.arrays[i].Read(engine.input(i).bytes()));
    }
    ECHOLENS_CHECK(engine.Run());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      ECHOLENS_CHECK(outputs[i].Write(engine.output(i).bytes()));
    }
  }
  std::string report;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& output = engine.output(i);
    ECHOLENS_CHECK(outputs[i].Commit());
    report += Printable(OutputPath(options.output, i, outputs.size())) + ": " +
              Quoted(engine.output_name(i)) + ", " + std::string(TypeName(output.type())) + " " +
              NpyShapeText(OutputShape(output, inputs.runs)) + "\n";
  }
  ECHOLENS_CHECK(Print(report));
  return ExitCode::kDone;
}

}  // namespace

Command AddRun(CLI::App& program) {
  CLI::App* app = program.add_subcommand("run", "Feed a network with NumPy arrays");
  const auto options = std::make_shared<Options>();
  app->add_option("MODEL", options->model, "The .tflite file")->required();
  app->add_option("--input", options->inputs, "Array to read, once for each input")
      ->required()
      ->allow_extra_args(false)
      ->type_name("X.npy");
  app->add_option("--output", options->output, "Array to write")->required()->type_name("Y.npy");
  app->add_option("--threads", options->engine.threads, "Threads of one run")
      ->check(CLI::Range(1, 64))
      ->type_name("N")
      ->capture_default_str();
  AddMemoryLimit(*app, options->engine);
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

// `echolens inspect`: what a model file holds, and what runs each of its nodes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.h"
#include "memory_limit.h"
#include "metadata_text.h"
#include "model_bytes.h"
#include "model_report.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kExamples[] =
    R"(The table has a line for each node: what it computes, what it gives, its
parameters and multiply-adds, and the kernel that runs it on this computer. Above
it stand inputs and outputs (int8 ones with scale and zero point) and, where the
file is a classifier, its metadata. Without MODEL, the one inside the program.

Examples:
  echolens inspect model.tflite
  echolens inspect --format json model.tflite)";

struct Options {
  std::string model;
  std::string format = "text";
  EngineOptions engine;
};

// "1,234,567".
std::string Grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, ",");
  return text;
}

std::string PortText(const PortReport& port) {
  std::string text =
      Quoted(port.name) + " " + std::string(TypeName(port.type)) + " " + ShapeText(port.shape);
  if (port.quantization.empty()) return text;
  return text + ", scale " + NumberText(port.quantization.scales[0]) + ", zero point " +
         std::to_string(port.quantization.zero_points[0]);
}

std::string GoldenText(const ModelReport& report) {
  if (!report.metadata->golden) return "none";
  if (!report.unfit) return "reproduced on this computer";
  return report.unfit->code == ErrorCode::kModelSelfTestFailed ? "NOT reproduced on this computer"
                                                               : "not run";
}

std::string AllMetadataText(const ModelReport& report) {
  if (!report.metadata) return FactLine("metadata", "none: a network, but not a classifier");
  return MetadataText(*report.metadata) + FactLine("golden case", GoldenText(report));
}

using Row = std::array<std::string, 8>;

// Columns as wide as they need to be; numbers to the right.
std::string TableText(const std::vector<Row>& rows) {
  constexpr std::array<bool, 8> kNumbers{true, false, false, false, true, true, false, false};
  std::array<std::size_t, 8> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Columns(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += "  ";
      if (i + 1 == row.size()) {
        text += row[i] + "\n";
      } else {
        text += kNumbers[i] ? PadLeft(row[i], widths[i]) : PadRight(row[i], widths[i]);
      }
    }
  }
  return text;
}

std::string NodesText(const ModelReport& report) {
  std::vector<Row> rows{
      {"node", "operator", "output", "type", "parameters", "multiply-adds", "runs as", "name"}};
  for (std::size_t i = 0; i < report.nodes.size(); ++i) {
    const NodeReport& node = report.nodes[i];
    rows.push_back({std::to_string(i), node.op, ShapeText(node.output),
                    std::string(TypeName(node.type)), Grouped(node.parameters),
                    Grouped(node.multiply_adds), node.kernel, Quoted(node.name)});
  }
  return TableText(rows);
}

std::string Text(const ModelReport& report) {
  std::string text = AllMetadataText(report);
  for (const PortReport& port : report.inputs) text += FactLine("input", PortText(port));
  for (const PortReport& port : report.outputs) text += FactLine("output", PortText(port));
  text += FactLine("parameters", Grouped(report.parameters) + " (" +
                                     Grouped(report.parameter_bytes) + " bytes)") +
          FactLine("multiply-adds", Grouped(report.multiply_adds)) +
          FactLine("memory", Grouped(static_cast<std::int64_t>(report.memory_bytes)) + " bytes") +
          FactLine("file", Grouped(static_cast<std::int64_t>(report.file_bytes)) + " bytes") +
          FactLine("sha256", report.sha256);
  return text + "\n" + NodesText(report);
}

using Json = nlohmann::ordered_json;

Json PortJson(const PortReport& port) {
  Json json{{"name", port.name}, {"type", TypeName(port.type)}, {"shape", port.shape}};
  if (port.quantization.empty()) return json;
  json["scale"] = port.quantization.scales[0];
  json["zero_point"] = port.quantization.zero_points[0];
  return json;
}

Json AllMetadataJson(const ModelReport& report) {
  if (!report.metadata) return nullptr;
  Json json = MetadataJson(*report.metadata);
  json["golden_case"] = GoldenText(report);
  return json;
}

std::string JsonText(const ModelReport& report) {
  Json json{{"file_bytes", report.file_bytes},
            {"sha256", report.sha256},
            {"metadata", AllMetadataJson(report)},
            {"inputs", Json::array()},
            {"outputs", Json::array()},
            {"parameters", report.parameters},
            {"parameter_bytes", report.parameter_bytes},
            {"multiply_adds", report.multiply_adds},
            {"memory_bytes", report.memory_bytes},
            {"nodes", Json::array()}};
  for (const PortReport& port : report.inputs) json["inputs"].push_back(PortJson(port));
  for (const PortReport& port : report.outputs) json["outputs"].push_back(PortJson(port));
  for (const NodeReport& node : report.nodes) {
    json["nodes"].push_back({{"operator", node.op},
                             {"name", node.name},
                             {"inputs", node.inputs},
                             {"output", node.output},
                             {"type", TypeName(node.type)},
                             {"parameters", node.parameters},
                             {"multiply_adds", node.multiply_adds},
                             {"runs_as", node.kernel}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ExitCode> Run(const Options& options) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadModel(options.model));
  ECHOLENS_ASSIGN(const ModelReport report, ReportModel(bytes, options.engine));
  ECHOLENS_CHECK(Print(options.format == "json" ? JsonText(report) : Text(report)));
  if (!report.unfit) return ExitCode::kDone;
  return *report.unfit;  // the report stands; why the file does not classify comes behind it
}

}  // namespace

Command AddInspect(CLI::App& program) {
  CLI::App* app = program.add_subcommand("inspect", "Show what a model file holds");
  const auto options = std::make_shared<Options>();
  app->add_option("MODEL", options->model, "The .tflite file");
  app->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  AddMemoryLimit(*app, options->engine);
  app->footer(kExamples);
  return {app, [options] { return Run(*options); }};
}

}  // namespace echolens::tools

// What a model file holds and how this program runs it: the facts behind `echolens inspect`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/graph.h"
#include "model/metadata.h"
#include "result.h"
#include "runtime/engine.h"

namespace echolens::tools {

struct NodeReport {
  std::string op;             // ".tflite" name of the operator
  std::string name;           // of its first output
  std::vector<Shape> inputs;  // activations only
  Shape output;
  DataType type;
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;
  std::string kernel;  // what runs it
};

struct PortReport {  // an input or output of the network
  std::string name;
  DataType type;
  Shape shape;
  Quantization quantization;
};

struct ModelReport {
  std::size_t file_bytes = 0;
  std::string sha256;  // of the file
  std::optional<Metadata> metadata;
  std::optional<Error> unfit;  // why a file with metadata does not classify on this machine
  std::vector<PortReport> inputs, outputs;
  std::vector<NodeReport> nodes;
  std::int64_t parameters = 0;  // shared ones counted once
  std::int64_t parameter_bytes = 0;
  std::int64_t multiply_adds = 0;
  std::size_t memory_bytes = 0;  // that the engine takes
};

// Errors: those of ReadTflite and Engine::Create.
Result<ModelReport> ReportModel(std::span<const std::uint8_t> file, const EngineOptions& engine);

}  // namespace echolens::tools

// One operator of a .tflite file: which it is, and its attributes. Internal to the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "model/graph.h"
#include "model/tflite_format.h"
#include "result.h"

namespace echolens {

struct FileNode {
  const tflite_format::Model* model;
  const tflite_format::SubGraph* subgraph;
  const tflite_format::Operator* op;
  std::string name;         // as NodeName gives it
  std::size_t data_inputs;  // so many of its inputs are data; those behind them are attributes

  // Kind and attributes, from its options and its constant inputs.
  // Errors: kModelCorrupt, kModelUnsupported, kModelInvalid (node named).
  Result<Operator> (*read)(const FileNode& node);
};

// Finds out which operator stands at the index, and that all of its tensor indices are in range.
// Errors: kModelCorrupt, kModelUnsupported (operator and node named).
Result<FileNode> FindNode(const tflite_format::Model& model,
                          const tflite_format::SubGraph& subgraph, std::size_t index);

// The data of a tensor; empty: an activation. `name` is for the error. Errors: kModelCorrupt,
// kModelUnsupported.
Result<std::span<const std::uint8_t>> TensorBytes(const tflite_format::Model& model,
                                                  const tflite_format::Tensor& tensor,
                                                  const std::string& name);

// "FLOAT16", or the number of a type that has no name.
std::string FileTypeName(tflite_format::TensorType type);

}  // namespace echolens

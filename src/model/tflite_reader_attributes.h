// Where an operator of a .tflite file keeps its attributes: in an options table, or in constant
// inputs. Internal to the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/tflite_reader_node.h"

namespace echolens {

// Errors that begin with the node's name.
Error Corrupt(const FileNode& node, const std::string& what);
Error Unsupported(const FileNode& node, const std::string& what);
Error Invalid(const FileNode& node, const std::string& what);

// Null: not given or absent.
const tflite_format::Tensor* InputTensor(const FileNode& node, std::size_t input);

// The options table of the operator's own kind.
template <class T>
Result<const T*> Options(const FileNode& node) {
  const T* options = node.op->builtin_options_as<T>();
  if (options == nullptr) return Corrupt(node, "its options are missing");
  return options;
}

// A constant input of int32 or int64 values, few; `role` names it in errors. Errors:
// kModelCorrupt, kModelUnsupported, kModelInvalid (node named).
Result<std::vector<std::int32_t>> Integers(const FileNode& node, std::size_t input,
                                           const std::string& role);

// The number that PADV2 pads with: a constant input of one value, of the type and with the scale of
// input 0. Errors as above.
Result<float> PadValue(const FileNode& node, std::size_t input);

}  // namespace echolens

// A file of trained weights, whatever made it.
#pragma once

#include <array>
#include <string>
#include <variant>

#include "convert/source.h"
#include "model/tflite.h"
#include "result.h"

namespace echolens::convert {

// A network as it was trained, or one that another converter has already made into a graph.
using Source = std::variant<SourceNetwork, ModelFile>;

// Tells the format by the file's first bytes, not by its name: a Keras archive, HDF5, ONNX (with
// external data beside it) or .tflite. `input_size` (height, width) is for inputs that leave theirs
// open. Errors: those of the readers, kFileUnreadable, kSourceCorrupt (empty, too large),
// kSourceUnsupported (none of the formats): the file named.
Result<Source> ReadSource(const std::string& path, std::array<int, 2> input_size = {0, 0});

}  // namespace echolens::convert

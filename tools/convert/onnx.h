// ONNX models, opset 11 to 20, as torch.onnx.export (both exporters) and tf2onnx write them. NCHW
// becomes NHWC.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "convert/source.h"
#include "result.h"

namespace echolens::convert {

// Brings the bytes of an external-data file, by the name in the model (already checked to be a
// plain relative one).
using ReadExternal = std::function<Result<std::vector<std::uint8_t>>(const std::string& name)>;

// A dynamic batch is read as 1; other unknown sizes of the input are errors unless `input_size`
// (height, width) says them.
struct OnnxOptions {
  std::array<int, 2> input_size{0, 0};
  ReadExternal read_external;
};

// Errors: kSourceCorrupt, kSourceUnsupported: node named, with its position and what to do.
Result<SourceNetwork> ReadOnnx(std::span<const std::uint8_t> file, const OnnxOptions& options = {});

}  // namespace echolens::convert

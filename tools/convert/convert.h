// From a file of trained weights to a model file: the whole way, step by step.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "convert/quantise/ranges.h"
#include "convert/verify.h"
#include "result.h"

namespace echolens::convert {

struct ConvertOptions {
  std::string source;
  std::array<int, 2> input_size{0, 0};  // height, width, where the source leaves them open

  // Of a classifier; what stands here goes before what the card says.
  std::string card;  // a file
  std::string name, version;
  std::vector<std::string> labels;
  std::string preprocessing;  // JSON, or a file of it
  bool activation_map = true;

  bool int8 = false;
  std::vector<std::string> calibration;
  std::size_t calibration_count = 100;
  RangeMethod ranges = RangeMethod::kMinMax;
  Int8Limits limits;

  bool explain = false;  // what was folded
  bool report = false;   // how exact every int8 layer is
};

struct Converted {
  std::vector<std::uint8_t> file;
  std::string summary;  // for people, with what `explain` and `report` ask for
};

// Reads, folds, lowers, verifies, quantises, verifies again, adds metadata and golden case, writes
// and reads back. The same input gives the same bytes. Errors: those of the steps; kInvalidArgument
// (options that contradict each other or the network), kVerificationFailed, and kInternal when the
// program was interrupted.
Result<Converted> Convert(const ConvertOptions& options);

}  // namespace echolens::convert

// From a file of trained weights to a model file: the whole way, step by step.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "convert/options.h"
#include "result.h"

namespace echolens::convert {

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

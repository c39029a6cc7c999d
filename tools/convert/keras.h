// Keras models: .keras archives (Keras 3) and whole-model .h5 files (Keras 2 and 3).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "convert/source.h"
#include "result.h"

namespace echolens::convert {

// Errors: kSourceCorrupt (no archive, truncated, a weight missing or of the wrong shape: layer
// named), kSourceUnsupported (a layer or option the converter lacks: layer named, with its position
// and what to do).
Result<SourceNetwork> ReadKeras(std::span<const std::uint8_t> file);
Result<SourceNetwork> ReadKerasHdf5(std::span<const std::uint8_t> file);

}  // namespace echolens::convert

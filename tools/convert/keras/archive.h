// The three parts of a .keras archive (Keras 3, and Keras 2 from 2.12).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "result.h"

namespace echolens::convert::keras {

struct Archive {
  std::string config;                 // config.json
  std::string metadata;               // metadata.json
  std::vector<std::uint8_t> weights;  // model.weights.h5
};

// Sizes are bounded while unpacking, whatever the archive declares. Errors: kSourceCorrupt (no zip,
// a part missing or damaged, a zip bomb), kSourceUnsupported (encrypted, another compression).
Result<Archive> ReadArchive(std::span<const std::uint8_t> file);

}  // namespace echolens::convert::keras

// The model file that a command works with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "result.h"

namespace echolens::tools {

// The bytes of a model file; of the one inside the program where `path` is empty. Errors:
// kFileUnreadable, kModelTooLarge.
Result<std::vector<std::uint8_t>> ReadModel(const std::string& path);

}  // namespace echolens::tools

#include "model_bytes.h"

#include "files.h"

// cmake/DefaultModel.cmake
extern "C" const std::uint8_t echolens_default_model[];
extern "C" const std::uint8_t echolens_default_model_end[];

namespace echolens::tools {

Result<std::vector<std::uint8_t>> ReadModel(const std::string& path) {
  if (!path.empty()) return ReadFile(path, kMaxModelBytes, ErrorCode::kModelTooLarge);
  return std::vector<std::uint8_t>(echolens_default_model, echolens_default_model_end);
}

}  // namespace echolens::tools

#include "read_image.h"

#include <utility>

#include "files.h"

namespace echolens::tools {

Result<std::vector<std::uint8_t>> ReadImageFile(const std::string& path,
                                                const DecodeLimits& limits) {
  return ReadFile(path, limits.max_bytes, ErrorCode::kImageTooLarge);
}

Result<Record> ClassifyFile(Classifier& classifier, const std::string& path,
                            const ClassifyOptions& options) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadImageFile(path, options.limits));
  return classifier.Classify(bytes, options);
}

Result<NetworkImage> NetworkPicture(const std::string& path, const Preprocessing& preprocessing) {
  constexpr DecodeLimits kLimits;
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadImageFile(path, kLimits));
  ECHOLENS_ASSIGN(const DecodedImage decoded, DecodeImage(bytes, kLimits));
  return Preprocess(decoded.grey, preprocessing);
}

std::string WithoutName(std::string message, const std::string& path) {
  const std::string name = "'" + path + "'";
  if (const std::size_t at = message.find(name); at != std::string::npos)
    message.replace(at, name.size(), "the file");
  return message;
}

}  // namespace echolens::tools

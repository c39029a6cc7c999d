#include "read_image.h"

#include <utility>

#include "files.h"

namespace echolens::tools {

Result<std::vector<std::uint8_t>> ReadImageFile(const std::string& path,
                                                const DecodeLimits& limits) {
  return ReadFile(path, limits.max_bytes, ErrorCode::kImageTooLarge);
}

Result<Record> ClassifyFile(Classifier& classifier, const std::string& path) {
  constexpr ClassifyOptions kOptions;
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadImageFile(path, kOptions.limits));
  return classifier.Classify(bytes, kOptions);
}

Result<NetworkImage> NetworkPicture(const std::string& path, const Preprocessing& preprocessing) {
  constexpr DecodeLimits kLimits;
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes, ReadImageFile(path, kLimits));
  ECHOLENS_ASSIGN(const DecodedImage decoded, DecodeImage(bytes, kLimits));
  return Preprocess(decoded.grey, preprocessing);
}

Error WithoutName(Error error, const std::string& path) {
  const std::string name = "'" + path + "'";
  if (const std::size_t at = error.detail.find(name); at != std::string::npos)
    error.detail.replace(at, name.size(), "the file");
  return error;
}

}  // namespace echolens::tools

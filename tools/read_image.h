// From the path of an image to what the engine makes of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "classifier.h"
#include "image/preprocess.h"
#include "result.h"

namespace echolens::tools {

// The file's bytes. Errors: kFileUnreadable, kImageTooLarge.
Result<std::vector<std::uint8_t>> ReadImageFile(const std::string& path,
                                                const DecodeLimits& limits);

// Reads the file and classifies it. Errors: as there, and those of Classify.
Result<Record> ClassifyFile(Classifier& classifier, const std::string& path,
                            const ClassifyOptions& options = {});

// The picture as a network sees it. Errors: kFileUnreadable, kImageTooLarge, those of DecodeImage
// and Preprocess.
Result<NetworkImage> NetworkPicture(const std::string& path, const Preprocessing& preprocessing);

// An error's message without the file's name, which it quotes: a name can identify a patient.
std::string WithoutName(std::string message, const std::string& path);

}  // namespace echolens::tools

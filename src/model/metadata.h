// What a classifier is beyond its network: kept as a FlatBuffers table in the .tflite file's own
// `metadata` (schema/metadata.fbs, docs/model-file.md), so that one file is all there is to move,
// hash and sign.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/preprocess.h"
#include "result.h"

namespace echolens {

struct Graph;

// The name of our entry in the file's own metadata list.
inline constexpr std::string_view kMetadataName = "echolens.metadata";

enum class HeadKind : std::uint8_t {
  kSoftmax,  // logits [1, labels]: probabilities = softmax(logits / temperature)
};

struct Head {
  HeadKind kind = HeadKind::kSoftmax;
  std::string logits;     // name of the network output that holds the logits
  float temperature = 1;  // Guo et al. 2017, "On Calibration of Modern Neural Networks"
};

// A made-up picture (GoldenImage(seed)) and what the network answered to it where the file was
// made: the raw bytes of every output, in order. int8 must match byte for byte, float32 within
// 1e-4.
struct GoldenCase {
  std::uint32_t seed = 0;
  std::vector<std::vector<std::uint8_t>> outputs;
};

struct Metadata {
  std::string name;
  std::string version;
  std::vector<std::string> labels;  // in the order of the logits
  Preprocessing preprocessing;
  Head head;
  std::optional<GoldenCase> golden;
};

// Packs and unpacks the FlatBuffers table. Packed, the content hash is 32 zeros: WriteTflite fills
// it in. Unpacking verifies the table and checks every field. Errors: kModelCorrupt, kModelInvalid
// (field named), kModelUnsupported (made for a later version).
std::vector<std::uint8_t> PackMetadata(const Metadata& metadata);
Result<Metadata> UnpackMetadata(std::span<const std::uint8_t> bytes);

// Does it describe this network: one picture in, the logits among the outputs, one a label, and a
// golden case as long as the outputs? Errors: kModelInvalid.
Status CheckMetadata(const Metadata& metadata, const Graph& graph);

}  // namespace echolens

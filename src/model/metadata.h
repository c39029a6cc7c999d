// What a classifier is beyond its network: kept as a FlatBuffers table in the .tflite file's own
// `metadata` (schema/metadata.fbs, docs/model-file.md), so that one file is all there is to move,
// hash and sign.
#pragma once

#include <array>
#include <cstddef>
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

// The schema's format_version, written and read.
inline constexpr std::uint32_t kMetadataFormat = 1;

enum class HeadKind : std::uint8_t {
  kSoftmax,   // logits [1, labels]: probabilities = softmax(logits / temperature)
  kFactored,  // logits [1, 2], three labels: no lesion, benign, malignant, in this order
};

// A factored head asks two questions, each of a logit of its own: is there a lesion, and is a
// lesion malignant? With s the logistic function, lesion = s(logit 0 / temperature) and malignant =
// s(logit 1 / malignant_temperature), the probabilities are 1 - lesion, lesion * (1 - malignant)
// and lesion * malignant.
struct Head {
  HeadKind kind = HeadKind::kSoftmax;
  std::string logits;     // name of the network output that holds the logits
  float temperature = 1;  // Guo et al. 2017, "On Calibration of Modern Neural Networks"
  float malignant_temperature = 1;
};

// A measured number and its 95 % interval.
struct Estimate {
  float value = 0, lower = 0, upper = 0;
};

// A named rule: the picture is called `label` where its probability is at least the threshold.
struct OperatingPoint {
  std::string name;       // "rule-out"
  std::size_t label = 0;  // index into Metadata::labels
  float threshold = 0.5F;
  std::optional<Estimate> sensitivity, specificity;
  std::string data;  // what they were measured on; may be empty
};

// Class-conditional conformal sets (Vovk 2012): a class stays in the set where 1 - its probability
// is at most its quantile.
struct Conformal {
  float coverage = 0;            // the share of each class that the sets hold, .9
  std::vector<float> quantiles;  // one a label
};

// What the network makes of the pictures of one source, a scanner or a hospital.
struct GateCentre {
  std::vector<float> mean;
  std::vector<float> inverse_covariance;  // n: a diagonal; n * n: row by row
};

// What the network makes of pictures it may read (Lee et al. 2018, "A Simple Unified Framework for
// Detecting Out-of-Distribution Samples", with sources in the place of classes): a picture whose
// features x lie further from the nearest centre, by (x - mean) inverse_covariance (x - mean), than
// the threshold is refused.
struct Gate {
  std::string features;  // name of the network output, [1, n]
  std::vector<GateCentre> centres;
  float threshold = 0;
};

// What the network is shown, and its probabilities averaged over. Mirror: left and right exchanged.
// Close-up: of what the lesion map of the views before took for the lesion (reading/close_up.h).
enum class View : std::uint8_t { kIdentity, kMirror, kCloseUp, kCloseUpMirror };
inline constexpr std::array<std::string_view, 4> kViewNames{"identity", "mirror", "close_up",
                                                            "close_up_mirror"};
inline constexpr std::string_view ViewName(View view) {
  return kViewNames[static_cast<std::size_t>(view)];
}
inline constexpr bool IsMirrored(View view) {
  return view == View::kMirror || view == View::kCloseUpMirror;
}
inline constexpr bool IsCloseUp(View view) {
  return view == View::kCloseUp || view == View::kCloseUpMirror;
}

// Zhou et al. 2016, "Learning Deep Features for Discriminative Localization": where the head is
// global average pooling and a dense layer, features * weights is the map of each logit.
struct ActivationMap {
  std::string features;  // name of the network output, [1, height, width, n]
  std::string weights;   // name of the dense layer's constant tensor, [logits, n]
};

// A measured number for the card.
struct Figure {
  std::string name;  // "AUC, malignant against benign"
  Estimate value;
  std::string data;  // what it was measured on; may be empty
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
  std::vector<OperatingPoint> operating_points;
  std::optional<Conformal> conformal;
  std::optional<Gate> gate;
  std::vector<View>
      views;  // empty: the picture as it is; close-ups come last, and need a lesion map
  std::optional<ActivationMap> activation_map;
  std::string lesion_map;  // name of the output [1, height, width, 1], P(lesion) at each place
  std::string card;        // Markdown
  std::vector<Figure> figures;
};

// Packs and unpacks the FlatBuffers table. Packed, the content hash is 32 zeros: WriteTflite fills
// it in. Unpacking verifies the table and checks every field. Errors: kModelCorrupt, kModelInvalid
// (field named), kModelUnsupported (made for a later version).
std::vector<std::uint8_t> PackMetadata(const Metadata& metadata);
Result<Metadata> UnpackMetadata(std::span<const std::uint8_t> bytes);

// Does it describe this network: one picture in, the logits among the outputs, as many as the head
// takes, every other tensor that is named there and of its shape, and a golden case as long as the
// outputs? Errors: kModelInvalid.
Status CheckMetadata(const Metadata& metadata, const Graph& graph);

}  // namespace echolens

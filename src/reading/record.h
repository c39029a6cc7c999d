// What one reading says: the record that page, program and file keep. docs/record.md has the JSON
// Schema.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/preprocess.h"
#include "model/metadata.h"
#include "reading/input_gate.h"
#include "result.h"

namespace echolens {

// What this build is, as records tell it.
inline constexpr std::string_view kVersion = ECHOLENS_VERSION;
inline constexpr std::string_view kSimd = ECHOLENS_FLAVOUR;  // "native", "simd" or "relaxed"
inline constexpr std::string_view kBuild = kSimd == "native" ? "native" : "wasm";

struct ClassProbability {
  std::string label;
  double probability;  // 0 … 1, calibrated as far as the model's metadata says
};

// What the picture is called at one of the model's operating points.
struct PointCall {
  OperatingPoint point;
  std::string label;  // that point.label stands for
  std::string call;   // the label called at it
};

// What the network said to one view; `region`: what it was shown, pixels of the upright picture.
struct ViewLogits {
  View view;
  Region region;
  std::vector<double> logits;
};

struct Timings {  // milliseconds
  double decode = 0, preprocess = 0, inference = 0, total = 0;
};

struct Record {
  struct {
    std::string sha256;         // of the file's bytes
    int width = 0, height = 0;  // upright
    std::string format;
  } image;
  struct {
    std::string name, version, sha256;
  } model;
  // Why there is no answer: then there are neither probabilities nor anything that follows from
  // them.
  std::optional<Refusal> refused;
  std::vector<ClassProbability> probabilities;  // in the model's label order
  std::string call;                             // the label called
  std::string operating_point;                  // the rule that called it
  std::vector<PointCall> operating_points;      // every one that the model has
  std::optional<std::vector<std::string>>
      set;  // labels not excluded, where the model has quantiles
  std::vector<std::string> warnings;
  Region region;  // what was analysed, pixels of the upright picture; nothing of a refused one
  std::vector<ViewLogits> views;  // where the model has several
  Timings timings;
};

// JSON text of `echolens.record/1`, one line without a line break. Numbers are shortest round-trip
// decimals, so equal records are equal texts; everything that may differ between runs and builds
// stands in `run`, the last member. `file`: the name to write into the record (the command line
// only).
std::string RecordJson(const Record& record, const std::optional<std::string>& file = {});

// The same for an input that could not be read: {"schema": …, "file": …, "error": {"code",
// "message"}}.
std::string ErrorJson(const Error& error, const std::optional<std::string>& file = {});

// What a model says of itself, for the page: {"name", "version", "labels", "input": {"width",
// "height", "channels"}, "operating_points", "sha256"}; the points as in a record, without the
// call. `sha256`: of the model file.
std::string DescriptionJson(const Metadata& metadata, std::string_view sha256);

}  // namespace echolens

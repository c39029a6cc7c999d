// The front door: a model file and an image file in, a record out.
//
//   auto classifier = echolens::Classifier::Load(model_bytes);
//   if (!classifier.ok()) return Fail(classifier.error());
//   auto record = classifier->Classify(image_bytes);
//   if (record.ok()) puts(echolens::RecordJson(*record).c_str());
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/decode.h"
#include "model/metadata.h"
#include "reading/maps.h"
#include "reading/outline.h"
#include "reading/record.h"
#include "result.h"
#include "runtime/engine.h"

namespace echolens {

struct LoadOptions {
  EngineOptions engine;
};

struct ClassifyOptions {
  DecodeLimits limits;
  // The name of one of the model's operating points, which then makes the call; empty: the model's
  // first, and the largest probability where it has none.
  std::string operating_point;
  // Answer what the gate refuses, with a warning that says why it would not have been.
  bool force = false;
  // Look at this part of the upright picture alone, as if it were all of it; what the record and
  // the maps say of places stays in pixels of the whole picture.
  std::optional<Region> region;
};

struct ExplainOptions {
  ClassifyOptions classify;
  std::optional<std::size_t> label;  // what to explain, of metadata().labels; the label called
  bool occlusion = false;            // some hundred runs of the network: seconds
  // Called before each run of the occlusion map; false leaves the map out.
  std::function<bool(std::size_t done, std::size_t total)> progress;
};

// A reading, and where the network looked for it. Averaged over the model's views, as the
// probabilities are.
struct Explanation {
  Record record;
  GreyImage picture;      // upright; of it the region that was asked for
  std::size_t label = 0;  // explained; a refused picture has none, and no maps
  // What speaks for the label, in parts of the logit (reading/maps.h). Models whose metadata have
  // activation_map.
  std::optional<Map> activation;
  // P(lesion) at each place, and its outline: as the close-ups see it where the model looks closer,
  // 0 beside them. Models whose metadata have lesion_map.
  std::optional<Map> lesion;
  std::vector<Ring> outline;
  // How far the label's probability falls when the place is covered (reading/occlusion.h); 0 beside
  // the picture. Every model, when asked for.
  std::optional<Map> occlusion;
};

// One model, ready. Not for use by two threads at once: load one a thread.
class Classifier {
 public:
  // Reads and checks the file, plans the network and runs the golden case; on a mismatch
  // nothing is ever answered (kModelSelfTestFailed). A file without metadata (kModelNoMetadata) or
  // golden case (kModelInvalid) is no classifier. Other errors: kModelCorrupt, kModelUnsupported,
  // kModelInvalid, kModelTooLarge, kOutOfMemory, kInternal. The bytes may go afterwards.
  static Result<Classifier> Load(std::span<const std::uint8_t> model,
                                 const LoadOptions& options = {});

  // Decodes, preprocesses, runs and interprets one image file. Errors: those of DecodeImage,
  // kInvalidArgument (no operating point of that name, checked first; a region beyond the
  // picture), kModelInvalid when a logit is not finite, kOutOfMemory, kInternal. A picture that the
  // gate refuses is no error: the record says why, and has no probabilities.
  Result<Record> Classify(std::span<const std::uint8_t> image, const ClassifyOptions& options = {});

  // The same, with all that the model can say about where it looked. Errors: those of Classify, and
  // kInvalidArgument (no such label), kModelInvalid (a map with a value that is not finite).
  Result<Explanation> Explain(std::span<const std::uint8_t> image,
                              const ExplainOptions& options = {});

  const Metadata& metadata() const;
  const std::string& sha256() const;  // of the model file

  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

 private:
  struct Impl;
  explicit Classifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace echolens

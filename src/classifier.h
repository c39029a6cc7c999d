// The front door: a model file and an image file in, a record out.
//
//   auto classifier = echolens::Classifier::Load(model_bytes);
//   if (!classifier.ok()) return Fail(classifier.error());
//   auto record = classifier->Classify(image_bytes);
//   if (record.ok()) puts(echolens::RecordJson(*record).c_str());
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "image/decode.h"
#include "model/metadata.h"
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
};

// One model, ready. Not for use by two threads at once: load one a thread.
class Classifier {
 public:
  // Reads and checks the file, plans the network and runs the golden case twice; on a mismatch
  // nothing is ever answered (kModelSelfTestFailed). A file without metadata (kModelNoMetadata) or
  // golden case (kModelInvalid) is no classifier. Other errors: kModelCorrupt, kModelUnsupported,
  // kModelInvalid, kModelTooLarge, kOutOfMemory, kInternal. The bytes may go afterwards.
  static Result<Classifier> Load(std::span<const std::uint8_t> model,
                                 const LoadOptions& options = {});

  // Decodes, preprocesses, runs and interprets one image file. Errors: those of DecodeImage,
  // kInvalidArgument (no operating point of that name; checked first),
  // kModelInvalid when a logit is not finite, kOutOfMemory, kInternal. A picture that the gate
  // refuses is no error: the record says why, and has no probabilities.
  Result<Record> Classify(std::span<const std::uint8_t> image, const ClassifyOptions& options = {});

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

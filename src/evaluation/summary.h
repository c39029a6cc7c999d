// All that is found out about a model on labelled images: the figures, and what they are of.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "evaluation/evaluation.h"
#include "evaluation/labelled_set.h"
#include "result.h"

namespace echolens {

struct JudgedModel {
  std::string name, version, sha256;
};

struct Summary {
  LabelledSet set;
  Evaluation figures;
  Resampling resampling;
  std::optional<JudgedModel> model;  // none for predictions of another program
  bool own_points = false;  // the operating points are the model's; else one at a threshold of .5
  bool names = false;       // file names may be told
};

// All the figures of a set whose images have answers. `points` are the model's; where there are
// none, a probability of one half is judged. Errors: kInvalidArgument when no label is 'malignant';
// kFileUnreadable when no image has an answer; those of Evaluate.
Result<Summary> Summarise(LabelledSet set, std::optional<JudgedModel> model,
                          std::span<const OperatingPoint> points, const Resampling& resampling);

// {"schema": "echolens.evaluation/1", …} as docs/command-line.md describes, in one line, written as
// JSON.stringify writes it. Files are named where `names` says so, otherwise numbered; messages
// stand as they are.
std::string SummaryJson(const Summary& summary);

// "image 3", "line 17"; with its file's name behind where `named`.
std::string PlaceText(const LabelledSet& set, std::size_t number, const std::string& file,
                      bool named);

}  // namespace echolens

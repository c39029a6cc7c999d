// What `echolens evaluate` found, for people and for programs.
#pragma once

#include <optional>
#include <string>

#include "evaluate/labelled_set.h"
#include "evaluation/evaluation.h"
#include "result.h"

namespace echolens::evaluate {

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

// Sentences and a table of each figure, for a terminal. It names the files that have no answer: who
// is to mend them needs to know which.
std::string SummaryText(const Summary& summary);

// {"schema": "echolens.evaluation/1", …} as docs/command-line.md describes. Files are named where
// `names` says so, otherwise numbered.
std::string SummaryJson(const Summary& summary);

// "0.853", to so many decimals.
std::string Decimals(double number, int decimals);

// "95.2 %".
std::string Percent(double share);

// "0.853 (0.812 – 0.890)" and "95.2 % (91.0 – 97.4)".
std::string IntervalText(const Interval& interval);
std::string PercentText(const Interval& interval);

// "image 3", "line 17"; with its file's name behind where `named`.
std::string PlaceText(const LabelledSet& set, std::size_t number, const std::string& file,
                      bool named);

// How the operating points came about, one sentence.
std::string PointsText(const Summary& summary);

}  // namespace echolens::evaluate

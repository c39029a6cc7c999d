// Labelled images on disk: found by their folders or by a table, and tables of answers.
#pragma once

#include <string>
#include <vector>

#include "evaluation/labelled_set.h"
#include "result.h"

namespace echolens::evaluate {

// A table with the columns `file` (relative to the folder), `label` and perhaps `group`. Rows that
// cannot be used are among the faulty. Errors: those of tools::ReadCsv; kFileUnreadable when
// `folder` is none.
Result<LabelledSet> ReadLabels(const std::string& table, const std::string& folder,
                               const std::vector<std::string>& labels);

// A folder with folders in it that are named like labels; masks are left out. Errors:
// kFileUnreadable when `folder` is none, kInvalidArgument when there is no image of any class.
Result<LabelledSet> ReadClassFolders(const std::string& folder,
                                     const std::vector<std::string>& labels);

// A table with the columns `file`, `label`, `probability_LABEL` for each of two labels or more and
// perhaps `group`: answers that are known already. With a folder, the images lie there. Errors:
// those of tools::ReadCsv; kInvalidArgument for fewer than two labels; kFileUnreadable.
Result<LabelledSet> ReadPredictions(const std::string& table, const std::string& folder);

// The same table of the images that have an answer, as text.
std::string PredictionsCsv(const LabelledSet& set);

}  // namespace echolens::evaluate

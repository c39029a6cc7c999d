// Images whose class is known, and what became of each.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "evaluation/predictions.h"
#include "result.h"

namespace echolens::evaluate {

struct LabelledImage {
  std::size_t number = 0;  // from 1: its line in the table, or its place among the folder's images
  std::string file;        // as the table or the folder names it
  std::string path;        // where it lies; empty where only its prediction is known
  std::size_t truth = 0;   // index of its label
  std::string group;       // pictures of one patient share it; empty: it stands alone
  std::vector<double> probabilities;  // what the network answered, one a label; empty: not yet
};

// An image without an answer, and why.
struct Unanswered {
  std::size_t number = 0;
  std::string file, path;     // as above
  std::string code, message;  // of the error, or of the refusal
};

struct LabelledSet {
  std::string unit = "line";  // what `number` counts: "line" or "image"
  std::vector<std::string> labels;
  std::vector<LabelledImage> images;
  std::vector<Unanswered> refused;  // by the input gate
  std::vector<Unanswered> faulty;   // rows and images that cannot be used
  std::size_t masks = 0;            // left out: named like a lesion's mask
  std::size_t without_label = 0;    // images in the folder that nothing says the class of
};

// A table with the columns `file` (relative to the folder), `label` and perhaps `group`. Rows that
// cannot be used are among the faulty. Errors: those of tools::ReadCsv; kFileUnreadable when
// `folder` is none.
Result<LabelledSet> ReadLabels(const std::string& table, const std::string& folder,
                               const std::vector<std::string>& labels);

// A folder with one folder a class, named like its label; masks are left out. Errors:
// kFileUnreadable when `folder` is none, kInvalidArgument when there is no image of any class.
Result<LabelledSet> ReadClassFolders(const std::string& folder,
                                     const std::vector<std::string>& labels);

// A table with the columns `file`, `label`, `probability_LABEL` for each of two labels or more and
// perhaps `group`: answers that are known already. With a folder, the images lie there. Errors:
// those of tools::ReadCsv; kInvalidArgument for fewer than two labels; kFileUnreadable.
Result<LabelledSet> ReadPredictions(const std::string& table, const std::string& folder);

// The same table of the images that have an answer, as text.
std::string PredictionsCsv(const LabelledSet& set);

// The images that have an answer, as src/evaluation takes them. Groups are numbered.
std::vector<Prediction> Predictions(const LabelledSet& set);

// The pictures that the network was most wrong about, worst first: of the class and called
// something else, and of another but called so. Indices of set.images, up to `most` of each.
struct Mistakes {
  std::vector<std::size_t> missed, false_alarms;
};
Mistakes WorstMistakes(const LabelledSet& set, std::size_t positive, std::size_t most);

}  // namespace echolens::evaluate

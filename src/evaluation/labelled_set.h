// Images whose class is known, and what became of each. Nothing here reads a file: what is at hand
// are paths, of a folder that a program or a browser has gone through.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluation/csv_table.h"
#include "evaluation/predictions.h"

namespace echolens {

struct LabelledImage {
  std::size_t number = 0;  // from 1: its line in the table, or its place among the folder's images
  std::string file;        // as the table or the folder names it
  std::string path;        // where a program reads it; empty where there is nothing to read
  std::size_t truth = 0;   // index of its label
  std::string group;       // pictures of one patient share it; empty: it stands alone
  std::vector<double> probabilities;  // what the network answered, one a label; empty: not yet
  std::optional<std::size_t> place;   // among the files that were at hand
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

// The index of a label; nothing where there is none of that name.
std::optional<std::size_t> FindLabel(const std::vector<std::string>& labels,
                                     std::string_view label);

// "'normal', 'benign' or 'malignant'".
std::string OneOf(const std::vector<std::string>& labels);

// Is it named like a lesion's mask? They lie beside the pictures in BUSI: "benign (1)_mask.png",
// "benign (1)_mask_1.png".
bool IsMask(std::string_view path);

// Images by the folders that they lie in: of those around it the innermost that is named like a
// label, in whatever case, says what an image is. `files` are paths below a folder, parts divided
// by "/"; they are taken in the byte order of their parts, so the same files give the same set
// however they were found. Masks and what lies elsewhere are left out and counted.
LabelledSet LabelFolders(std::span<const std::string> files,
                         const std::vector<std::string>& labels);

// Images by a table with the columns `file`, `label` (a label to the letter) and perhaps `group`:
// the set in the table's order. Rows that cannot be used are among the faulty. `files` are at
// hand, paths below the folder that the table's are relative to; of those that no row names, masks
// and others are counted.
LabelledSet LabelRows(const CsvTable& table, std::span<const std::string> files,
                      const std::vector<std::string>& labels);

// The images that have an answer, as the figures take them. Groups are numbered.
std::vector<Prediction> Predictions(const LabelledSet& set);

// The pictures that the network was most wrong about, worst first: of the class and called
// something else, and of another but called so. Indices of set.images, up to `most` of each.
struct Mistakes {
  std::vector<std::size_t> missed, false_alarms;
};
Mistakes WorstMistakes(const LabelledSet& set, std::size_t positive, std::size_t most);

}  // namespace echolens

// A table of labels of any bytes: what it says of files, and the same files by their folders.
#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/labelled_set.h"
#include "support/require.h"

using namespace echolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> labels{"normal", "benign", "malignant"};
  std::vector<std::string> files{"benign/1.png", "malignant/2.png", "a.png", "a_mask.png"};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<CsvTable> table = ParseCsv(text, "labels.csv", {"file", "label"});
  if (!table.ok()) {
    Require(table.error().detail.starts_with("'labels.csv'"));
    return 0;
  }
  const LabelledSet set = LabelRows(*table, files, labels);
  Require(set.images.size() + set.faulty.size() == table->rows.size());
  std::vector<bool> taken(files.size());
  for (const LabelledImage& image : set.images) {
    Require(image.truth < labels.size());
    if (!image.place) continue;
    Require(*image.place < files.size() && !taken[*image.place]);  // no file counts twice
    taken[*image.place] = true;
  }
  for (const LabelledImage& image : set.images) files.push_back(image.file);
  const LabelledSet folders = LabelFolders(files, labels);
  Require(folders.images.size() + folders.masks + folders.without_label == files.size());
  return 0;
}

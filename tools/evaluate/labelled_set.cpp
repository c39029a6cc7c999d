#include "evaluate/labelled_set.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "csv.h"
#include "image_paths.h"
#include "model/graph.h"
#include "reading/json.h"

namespace echolens::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kProbability = "probability_";

Error Wrong(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what)}; }

// "'normal', 'benign' or 'malignant'".
std::string OneOf(const std::vector<std::string>& labels) {
  std::string text;
  for (std::size_t i = 0; i < labels.size(); ++i)
    text += (i == 0 ? "" : i + 1 < labels.size() ? ", " : " or ") + Quoted(labels[i]);
  return text;
}

std::optional<std::size_t> FindLabel(const std::vector<std::string>& labels,
                                     std::string_view label) {
  const auto found = std::ranges::find(labels, label);
  if (found == labels.end()) return {};
  return static_cast<std::size_t>(found - labels.begin());
}

Status CheckFolder(const std::string& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return Ok();
  return Error{ErrorCode::kFileUnreadable, "cannot read '" + folder + "': it is no folder"};
}

std::string Normal(const std::string& path) { return fs::path(path).lexically_normal().string(); }

// Where the columns of a table stand.
struct Columns {
  std::size_t file, label;
  std::optional<std::size_t> group;
  std::vector<std::size_t> probabilities;
};

Result<double> ParseNumber(const std::string& cell) {
  double number = 0;
  const char* end = cell.data() + cell.size();
  const auto [stopped, error] = std::from_chars(cell.data(), end, number);
  if (error == std::errc() && stopped == end) return number;
  return Wrong(Quoted(cell) + " is no number");
}

// Takes the rows of a table into a set.
class Rows {
 public:
  Rows(LabelledSet& set, const Columns& columns, std::string folder)
      : set_(set), columns_(columns), folder_(std::move(folder)) {}

  void Add(const tools::CsvTable::Row& row, std::size_t width) {
    LabelledImage image{row.line, "", "", 0, "", {}};
    if (columns_.file < row.cells.size()) image.file = row.cells[columns_.file];
    if (!folder_.empty()) image.path = (fs::path(folder_) / image.file).string();
    if (Status status = Fill(image, row.cells, width); !status.ok()) {
      const Error& error = status.error();
      set_.faulty.push_back(
          {image.number, image.file, image.path, std::string(ErrorName(error.code)), error.detail});
    } else {
      set_.images.push_back(std::move(image));
    }
  }

 private:
  Status Fill(LabelledImage& image, const std::vector<std::string>& cells, std::size_t width) {
    if (cells.size() != width) {
      return Wrong("the row has " + std::to_string(cells.size()) + " cells, expected " +
                   std::to_string(width) + " as in the first line");
    }
    if (image.file.empty()) return Wrong("no file is named");
    const auto label = FindLabel(set_.labels, cells[columns_.label]);
    if (!label) {
      return Wrong("the label " + Quoted(cells[columns_.label]) + " is unknown, expected " +
                   OneOf(set_.labels));
    }
    image.truth = *label;
    if (columns_.group) image.group = cells[*columns_.group];
    for (const std::size_t column : columns_.probabilities) {
      ECHOLENS_ASSIGN(const double probability, ParseNumber(cells[column]));
      image.probabilities.push_back(probability);
    }
    if (!image.probabilities.empty())
      ECHOLENS_CHECK(CheckPrediction({image.truth, image.probabilities, 0}, set_.labels.size()));
    const auto [before, is_new] = lines_.try_emplace(Normal(image.file), image.number);
    if (is_new) return Ok();
    return Wrong("the file is in line " + std::to_string(before->second) + " already");
  }

  LabelledSet& set_;
  const Columns& columns_;
  std::string folder_;
  std::unordered_map<std::string, std::size_t> lines_;  // of the files that were taken
};

Columns FindColumns(const tools::CsvTable& table) {
  return {*table.Find("file"), *table.Find("label"), table.Find("group"), {}};
}

void AddRows(const tools::CsvTable& table, const Columns& columns, const std::string& folder,
             LabelledSet& set) {
  Rows rows(set, columns, folder);
  for (const tools::CsvTable::Row& row : table.rows) rows.Add(row, table.columns.size());
}

// Images of the folder that no row names.
void CountOthers(const std::string& folder, LabelledSet& set) {
  std::unordered_set<std::string> named;
  for (const LabelledImage& image : set.images) named.insert(Normal(image.path));
  for (const Unanswered& image : set.faulty) named.insert(Normal(image.path));
  tools::ImagePaths paths({folder});
  while (const auto path = paths.Next()) {
    if (named.contains(Normal(path->path))) continue;
    ++(tools::IsMask(path->path) ? set.masks : set.without_label);
  }
}

}  // namespace

Result<LabelledSet> ReadLabels(const std::string& table, const std::string& folder,
                               const std::vector<std::string>& labels) {
  ECHOLENS_CHECK(CheckFolder(folder));
  ECHOLENS_ASSIGN(const tools::CsvTable read, tools::ReadCsv(table, {"file", "label"}));
  LabelledSet set;
  set.labels = labels;
  AddRows(read, FindColumns(read), folder, set);
  CountOthers(folder, set);
  return set;
}

Result<LabelledSet> ReadClassFolders(const std::string& folder,
                                     const std::vector<std::string>& labels) {
  ECHOLENS_CHECK(CheckFolder(folder));
  LabelledSet set;
  set.unit = "image";
  set.labels = labels;
  tools::ImagePaths paths({folder});
  while (auto path = paths.Next()) {
    const fs::path inside = fs::path(path->path).lexically_relative(folder);
    const auto label = FindLabel(labels, inside.begin()->string());
    const std::size_t number = set.images.size() + set.faulty.size() + 1;
    if (path->error) {
      const Error& error = *path->error;
      set.faulty.push_back(
          {number, inside.string(), path->path, std::string(ErrorName(error.code)), error.detail});
    } else if (tools::IsMask(path->path)) {
      ++set.masks;
    } else if (!label || std::next(inside.begin()) == inside.end()) {
      ++set.without_label;
    } else {
      set.images.push_back({number, inside.string(), path->path, *label, "", {}});
    }
  }
  if (!set.images.empty() || !set.faulty.empty()) return set;
  return Wrong("there are no images in folders " + OneOf(labels) + " of '" + folder +
               "'; where they lie otherwise, --labels names a table that says what they are");
}

Result<LabelledSet> ReadPredictions(const std::string& table, const std::string& folder) {
  if (!folder.empty()) ECHOLENS_CHECK(CheckFolder(folder));
  ECHOLENS_ASSIGN(const tools::CsvTable read, tools::ReadCsv(table, {"file", "label"}));
  LabelledSet set;
  Columns columns = FindColumns(read);
  for (std::size_t i = 0; i < read.columns.size(); ++i) {
    if (!read.columns[i].starts_with(kProbability)) continue;
    const std::string label = read.columns[i].substr(kProbability.size());
    if (FindLabel(set.labels, label))
      return Wrong("'" + table + "' has two columns " + Quoted(read.columns[i]));
    set.labels.push_back(label);
    columns.probabilities.push_back(i);
  }
  if (set.labels.size() < 2) {
    return Wrong("'" + table + "' has " + std::to_string(set.labels.size()) +
                 " columns 'probability_LABEL' in its first line, expected two or more");
  }
  AddRows(read, columns, folder, set);
  return set;
}

std::string PredictionsCsv(const LabelledSet& set) {
  const bool groups = std::ranges::any_of(
      set.images, [](const LabelledImage& image) { return !image.group.empty(); });
  std::vector<std::string> head{"file", "label"};
  if (groups) head.emplace_back("group");
  for (const std::string& label : set.labels) head.push_back(std::string(kProbability) + label);
  std::string text = tools::CsvRow(head);
  for (const LabelledImage& image : set.images) {
    std::vector<std::string> row{image.file, set.labels[image.truth]};
    if (groups) row.push_back(image.group);
    for (const double probability : image.probabilities) row.push_back(JsonNumber(probability));
    text += tools::CsvRow(row);
  }
  return text;
}

std::vector<Prediction> Predictions(const LabelledSet& set) {
  std::vector<Prediction> predictions;
  std::map<std::string, std::size_t> numbers;
  std::size_t groups = 0;
  for (const LabelledImage& image : set.images) {
    std::size_t group = groups;
    if (!image.group.empty()) group = numbers.try_emplace(image.group, groups).first->second;
    if (group == groups) ++groups;
    predictions.push_back({image.truth, image.probabilities, group});
  }
  return predictions;
}

Mistakes WorstMistakes(const LabelledSet& set, std::size_t positive, std::size_t most) {
  Mistakes mistakes;
  for (std::size_t i = 0; i < set.images.size(); ++i) {
    const LabelledImage& image = set.images[i];
    const bool called = CalledClass({image.truth, image.probabilities, 0}) == positive;
    if (called == (image.truth == positive)) continue;
    (called ? mistakes.false_alarms : mistakes.missed).push_back(i);
  }
  const auto score = [&](std::size_t i) { return set.images[i].probabilities[positive]; };
  std::ranges::stable_sort(mistakes.missed, std::ranges::less{}, score);
  std::ranges::stable_sort(mistakes.false_alarms, std::ranges::greater{}, score);
  for (auto* list : {&mistakes.missed, &mistakes.false_alarms})
    list->resize(std::min(list->size(), most));
  return mistakes;
}

}  // namespace echolens::evaluate

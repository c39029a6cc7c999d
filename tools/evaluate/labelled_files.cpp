#include "evaluate/labelled_files.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <unordered_map>
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

Status CheckFolder(const std::string& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return Ok();
  return Error{ErrorCode::kFileUnreadable, "cannot read '" + folder + "': it is no folder"};
}

// What a folder holds, below it; folders in it that cannot be read are among the faulty.
struct Folder {
  std::vector<std::string> files;
  std::vector<Unanswered> faulty;
};

Folder FilesIn(const std::string& folder) {
  Folder found;
  tools::ImagePaths paths({folder});
  while (auto path = paths.Next()) {
    const std::string inside = fs::path(path->path).lexically_relative(folder).string();
    if (path->error) {
      const Error& error = *path->error;
      found.faulty.push_back(
          {0, inside, path->path, std::string(ErrorName(error.code)), error.detail});
    } else {
      found.files.push_back(inside);
    }
  }
  return found;
}

void SetPaths(LabelledSet& set, const std::string& folder) {
  const auto in_folder = [&](const std::string& file) {
    return (fs::path(folder) / file).string();
  };
  for (LabelledImage& image : set.images) image.path = in_folder(image.file);
  for (Unanswered& image : set.faulty) image.path = in_folder(image.file);
}

Result<double> ParseNumber(const std::string& cell) {
  double number = 0;
  const char* end = cell.data() + cell.size();
  const auto [stopped, error] = std::from_chars(cell.data(), end, number);
  if (error == std::errc() && stopped == end) return number;
  return Wrong(Quoted(cell) + " is no number");
}

Status ReadAnswer(const std::vector<std::string>& cells, const std::vector<std::size_t>& columns,
                  LabelledImage& image) {
  for (const std::size_t column : columns) {
    ECHOLENS_ASSIGN(const double probability, ParseNumber(cells[column]));
    image.probabilities.push_back(probability);
  }
  return CheckPrediction({image.truth, image.probabilities, 0}, columns.size());
}

// Reads the answers of a set's images; those without a good one move to the faulty.
void ReadAnswers(const CsvTable& table, const std::vector<std::size_t>& columns, LabelledSet& set) {
  std::unordered_map<std::size_t, const CsvTable::Row*> rows;
  for (const CsvTable::Row& row : table.rows) rows[row.line] = &row;
  for (LabelledImage& image : std::exchange(set.images, {})) {
    const Status status = ReadAnswer(rows.at(image.number)->cells, columns, image);
    if (status.ok()) {
      set.images.push_back(std::move(image));
    } else {
      set.faulty.push_back({image.number, image.file, "",
                            std::string(ErrorName(status.error().code)), status.error().detail});
    }
  }
  std::ranges::sort(set.faulty, {}, &Unanswered::number);
}

}  // namespace

Result<LabelledSet> ReadLabels(const std::string& table, const std::string& folder,
                               const std::vector<std::string>& labels) {
  ECHOLENS_CHECK(CheckFolder(folder));
  ECHOLENS_ASSIGN(const CsvTable read, tools::ReadCsv(table, {"file", "label"}));
  LabelledSet set = LabelRows(read, FilesIn(folder).files, labels);
  SetPaths(set, folder);
  return set;
}

Result<LabelledSet> ReadClassFolders(const std::string& folder,
                                     const std::vector<std::string>& labels) {
  ECHOLENS_CHECK(CheckFolder(folder));
  Folder found = FilesIn(folder);
  LabelledSet set = LabelFolders(found.files, labels);
  SetPaths(set, folder);
  for (Unanswered& unreadable : found.faulty) {
    unreadable.number = set.images.size() + set.faulty.size() + 1;
    set.faulty.push_back(std::move(unreadable));
  }
  if (!set.images.empty() || !set.faulty.empty()) return set;
  return Wrong("there are no images in folders " + OneOf(labels) + " of '" + folder +
               "'; where they lie otherwise, --labels names a table that says what they are");
}

Result<LabelledSet> ReadPredictions(const std::string& table, const std::string& folder) {
  if (!folder.empty()) ECHOLENS_CHECK(CheckFolder(folder));
  ECHOLENS_ASSIGN(const CsvTable read, tools::ReadCsv(table, {"file", "label"}));
  std::vector<std::string> labels;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < read.columns.size(); ++i) {
    if (!read.columns[i].starts_with(kProbability)) continue;
    const std::string label = read.columns[i].substr(kProbability.size());
    if (FindLabel(labels, label))
      return Wrong("'" + table + "' has two columns " + Quoted(read.columns[i]));
    labels.push_back(label);
    columns.push_back(i);
  }
  if (labels.size() < 2) {
    return Wrong("'" + table + "' has " + std::to_string(labels.size()) +
                 " columns 'probability_LABEL' in its first line, expected two or more");
  }
  LabelledSet set = LabelRows(read, {}, labels);
  ReadAnswers(read, columns, set);
  if (!folder.empty()) SetPaths(set, folder);
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

}  // namespace echolens::evaluate

#include "evaluation/labelled_set.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "model/graph.h"
#include "result.h"

namespace echolens {
namespace {

Error Wrong(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what)}; }

std::vector<std::string_view> PartsOf(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = path.find('/')) != std::string_view::npos;) {
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end + 1);
  }
  parts.push_back(path);
  return parts;
}

// One text for all spellings of a relative path: without ".", "..", "//" as far as that goes.
std::string Normal(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : PartsOf(path)) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  std::string text(path.starts_with('/') ? "/" : "");
  for (const std::string_view part : kept) text.append(text.size() > 1 ? "/" : "").append(part);
  return text;
}

bool EqualInAnyCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The label that a folder around the file is named like, the innermost.
std::optional<std::size_t> FolderLabel(std::string_view file,
                                       const std::vector<std::string>& labels) {
  std::vector<std::string_view> parts = PartsOf(file);
  for (parts.pop_back(); !parts.empty(); parts.pop_back()) {
    const auto found = std::ranges::find_if(
        labels, [&](const std::string& label) { return EqualInAnyCase(parts.back(), label); });
    if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  }
  return {};
}

// Takes the rows of a table into a set.
class Rows {
 public:
  Rows(LabelledSet& set, const CsvTable& table, std::span<const std::string> files)
      : set_(set),
        width_(table.columns.size()),
        file_(*table.Find("file")),
        label_(*table.Find("label")),
        group_(table.Find("group")) {
    for (std::size_t i = 0; i < files.size(); ++i) places_.try_emplace(Normal(files[i]), i);
    named_.resize(files.size());
  }

  void Add(const CsvTable::Row& row) {
    LabelledImage image{row.line, "", "", 0, "", {}, {}};
    if (file_ < row.cells.size()) image.file = row.cells[file_];
    const std::string normal = Normal(image.file);
    if (const auto found = places_.find(normal); found != places_.end()) {
      image.place = found->second;
      named_[found->second] = true;
    }
    if (Status status = Fill(image, row.cells, normal); !status.ok()) {
      const Error& error = status.error();
      set_.faulty.push_back(
          {image.number, image.file, "", std::string(ErrorName(error.code)), error.detail});
    } else {
      set_.images.push_back(std::move(image));
    }
  }

  bool Named(std::size_t place) const { return named_[place]; }

 private:
  Status Fill(LabelledImage& image, const std::vector<std::string>& cells,
              const std::string& normal) {
    if (cells.size() != width_) {
      return Wrong("the row has " + std::to_string(cells.size()) + " cells, expected " +
                   std::to_string(width_) + " as in the first line");
    }
    if (image.file.empty()) return Wrong("no file is named");
    const auto label = FindLabel(set_.labels, cells[label_]);
    if (!label) {
      return Wrong("the label " + Quoted(cells[label_]) + " is unknown, expected " +
                   OneOf(set_.labels));
    }
    image.truth = *label;
    if (group_) image.group = cells[*group_];
    const auto [before, is_new] = lines_.try_emplace(normal, image.number);
    if (is_new) return Ok();
    return Wrong("the file is in line " + std::to_string(before->second) + " already");
  }

  LabelledSet& set_;
  std::size_t width_, file_, label_;
  std::optional<std::size_t> group_;
  std::unordered_map<std::string, std::size_t> places_;  // of the files at hand
  std::vector<bool> named_;                              // those that a row names
  std::unordered_map<std::string, std::size_t> lines_;   // of the files that were taken
};

}  // namespace

std::optional<std::size_t> FindLabel(const std::vector<std::string>& labels,
                                     std::string_view label) {
  const auto found = std::ranges::find(labels, label);
  if (found == labels.end()) return {};
  return static_cast<std::size_t>(found - labels.begin());
}

std::string OneOf(const std::vector<std::string>& labels) {
  std::string text;
  for (std::size_t i = 0; i < labels.size(); ++i)
    text += (i == 0 ? "" : i + 1 < labels.size() ? ", " : " or ") + Quoted(labels[i]);
  return text;
}

bool IsMask(std::string_view path) {
  const std::string_view name = PartsOf(path).back();
  return name.substr(0, name.rfind('.')).find("_mask") != std::string_view::npos;
}

LabelledSet LabelFolders(std::span<const std::string> files,
                         const std::vector<std::string>& labels) {
  LabelledSet set;
  set.unit = "image";
  set.labels = labels;
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return PartsOf(files[i]); });
  for (const std::size_t place : order) {
    const auto label = FolderLabel(files[place], labels);
    if (IsMask(files[place])) {
      ++set.masks;
    } else if (!label) {
      ++set.without_label;
    } else {
      set.images.push_back({set.images.size() + 1, files[place], "", *label, "", {}, place});
    }
  }
  return set;
}

LabelledSet LabelRows(const CsvTable& table, std::span<const std::string> files,
                      const std::vector<std::string>& labels) {
  LabelledSet set;
  set.labels = labels;
  Rows rows(set, table, files);
  for (const CsvTable::Row& row : table.rows) rows.Add(row);
  for (std::size_t i = 0; i < files.size(); ++i)
    if (!rows.Named(i)) ++(IsMask(files[i]) ? set.masks : set.without_label);
  return set;
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

}  // namespace echolens

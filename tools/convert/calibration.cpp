#include "convert/calibration.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "csv.h"
#include "evaluation/labelled_set.h"
#include "image_paths.h"
#include "read_image.h"
#include "terminal.h"

namespace echolens::convert {
namespace {

namespace fs = std::filesystem;

struct Entry {
  std::string path;
  std::string label;  // a word, which may be none of the labels
};

Status AddTable(const std::string& path, std::vector<Entry>& entries) {
  ECHOLENS_ASSIGN(const CsvTable table, tools::ReadCsv(path, {"file"}));
  const std::size_t file = *table.Find("file");
  const std::size_t label = table.Find("label").value_or(table.columns.size());
  const fs::path folder = fs::path(path).parent_path();
  for (const auto& [line, cells] : table.rows) {
    if (cells.size() <= file || cells[file].empty()) continue;
    entries.push_back({(folder / cells[file]).string(), label < cells.size() ? cells[label] : ""});
  }
  return Ok();
}

Status AddImages(const std::string& path, Calibration& calibration, std::vector<Entry>& entries) {
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  tools::ImagePaths images({path});
  while (const auto image = images.Next()) {
    if (image->error) return *image->error;
    if (folder && IsMask(image->path)) {
      ++calibration.masks;
    } else {
      entries.push_back({image->path, fs::path(image->path).parent_path().filename().string()});
    }
  }
  return Ok();
}

std::string Joined(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "'" : ", '") + path + "'";
  return text;
}

}  // namespace

Result<Calibration> ReadCalibration(const std::vector<std::string>& paths, std::size_t count,
                                    const std::vector<std::string>& labels,
                                    const Preprocessing& preprocessing) {
  Calibration calibration;
  std::vector<Entry> entries;
  for (const std::string& path : paths) {
    ECHOLENS_CHECK(fs::path(path).extension() == ".csv" ? AddTable(path, entries)
                                                        : AddImages(path, calibration, entries));
  }
  calibration.found = entries.size();
  const std::size_t chosen = std::min(count, entries.size());
  std::optional<Error> first;
  tools::Progress progress(chosen);
  for (std::size_t i = 0; i < chosen; ++i) {
    if (tools::Interrupted()) return Error{ErrorCode::kInternal, "interrupted"};
    const Entry& entry = entries[(2 * i + 1) * entries.size() / (2 * chosen)];
    Result<NetworkImage> picture = tools::NetworkPicture(entry.path, preprocessing);
    if (picture.ok()) {
      const auto label = std::ranges::find(labels, entry.label);
      CalibrationPicture& added = calibration.pictures.emplace_back();
      added.image = std::move(picture->image);
      if (label != labels.end()) added.label = static_cast<std::size_t>(label - labels.begin());
    } else {
      ++calibration.unreadable;
      if (!first)
        first = Error{picture.error().code, "'" + entry.path + "': " + picture.error().detail};
    }
    progress.Show(i + 1, calibration.unreadable);
  }
  if (!calibration.pictures.empty()) return calibration;
  return Error{ErrorCode::kInvalidArgument, "there are no readable images to calibrate with in " +
                                                Joined(paths) +
                                                (first ? ": " + first->detail : "")};
}

}  // namespace echolens::convert

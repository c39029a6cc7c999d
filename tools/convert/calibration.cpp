#include "convert/calibration.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "files.h"
#include "image_paths.h"
#include "model/graph.h"
#include "terminal.h"

namespace echolens::convert {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestTable = std::size_t{64} << 20;  // bytes

struct Entry {
  std::string path;
  std::string label;  // a word, which may be none of the labels
};

// The next row of a table of comma-separated values (RFC 4180), taken off `text`.
std::vector<std::string> NextRow(std::string_view& text) {
  std::vector<std::string> row(1);
  bool quoted = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (quoted && c == '"' && text.starts_with('"')) {
      row.back() += '"';
      text.remove_prefix(1);
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      row.emplace_back();
    } else if (!quoted && c == '\n') {
      break;
    } else if (quoted || c != '\r') {
      row.back() += c;
    }
  }
  return row;
}

Status AddTable(const std::string& path, std::vector<Entry>& entries) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  tools::ReadFile(path, kLargestTable, ErrorCode::kFileUnreadable));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // as spreadsheets write it
  const std::vector<std::string> head = NextRow(text);
  const auto file = static_cast<std::size_t>(std::ranges::find(head, "file") - head.begin());
  const auto label = static_cast<std::size_t>(std::ranges::find(head, "label") - head.begin());
  if (file == head.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 "'" + path + "' has no column 'file' in its first line"};
  }
  const fs::path folder = fs::path(path).parent_path();
  while (!text.empty()) {
    const std::vector<std::string> row = NextRow(text);
    if (row.size() <= file || row[file].empty()) continue;
    entries.push_back({(folder / row[file]).string(), label < row.size() ? row[label] : ""});
  }
  return Ok();
}

// Lesion masks lie beside the pictures in BUSI: "benign (1)_mask.png", "benign (1)_mask_1.png".
bool IsMask(const fs::path& path) {
  return path.stem().string().find("_mask") != std::string::npos;
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

Result<NetworkImage> ReadPicture(const std::string& path, const Preprocessing& preprocessing) {
  const DecodeLimits limits;
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  tools::ReadFile(path, limits.max_bytes, ErrorCode::kImageTooLarge));
  ECHOLENS_ASSIGN(const DecodedImage decoded, DecodeImage(bytes, limits));
  return Preprocess(decoded.grey, preprocessing);
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
    Result<NetworkImage> picture = ReadPicture(entry.path, preprocessing);
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

#include "image_paths.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "terminal.h"

namespace echolens::tools {
namespace {

namespace fs = std::filesystem;

// Named like an image. DICOM, TIFF and the like fail by name when they are read.
bool LooksLikeImage(const std::string& name) {
  static constexpr std::array<std::string_view, 16> kEndings{
      ".png",  ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp",   ".dib",  ".gif",
      ".webp", ".tif", ".tiff", ".dcm", ".heic", ".dicom", ".heif", ".avif"};
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::any_of(kEndings, [&](std::string_view end) { return lower.ends_with(end); });
}

std::string_view Stem(std::string_view name) { return name.substr(0, name.rfind('.')); }

// The stem of the image that a mask belongs to; nothing where the name is none of a mask.
std::optional<std::string_view> MaskedImage(std::string_view name) {
  constexpr std::string_view kMask = "_mask", kNumbered = "_mask_";
  const std::string_view stem = Stem(name);
  if (stem.ends_with(kMask)) return stem.substr(0, stem.size() - kMask.size());
  const std::string_view start = stem.substr(0, stem.find_last_not_of("0123456789") + 1);
  if (start.size() == stem.size() || !start.ends_with(kNumbered)) return {};
  return start.substr(0, start.size() - kNumbered.size());
}

// `names`, sorted, are those of the folder.
bool IsMaskBesideItsImage(const std::string& name, const std::vector<std::string>& names) {
  const auto image = MaskedImage(name);
  if (!image) return false;
  const std::string start = std::string(*image) + ".";
  auto beside = std::ranges::lower_bound(names, start);
  while (beside != names.end() && beside->starts_with(start) && Stem(*beside) != *image) ++beside;
  return beside != names.end() && beside->starts_with(start);
}

}  // namespace

ImagePaths::ImagePaths(std::vector<std::string> arguments, Masks masks)
    : arguments_(arguments.begin(), arguments.end()), masks_(masks) {
  if (std::ranges::count(arguments, "-") > 0) return;
  for (const std::string& path : arguments) Add(path);
  arguments_.clear();
  total_ = found_.size();
}

std::optional<ImagePath> ImagePaths::Next() {
  while (!Interrupted()) {
    if (!found_.empty()) {
      ImagePath next = std::move(found_.front());
      found_.pop_front();
      return next;
    }
    if (std::string line; reading_input_) {
      reading_input_ = ReadLine(line);
      if (line.ends_with('\r')) line.pop_back();  // of CRLF
      if (!line.empty()) Add(line);
    } else if (arguments_.empty()) {
      return {};
    } else {
      if (arguments_.front() == "-") {
        reading_input_ = true;
      } else {
        Add(arguments_.front());
      }
      arguments_.pop_front();
    }
  }
  return {};
}

void ImagePaths::ComplainOfLeftOut() const {
  if (masks_left_out_ > 0) {
    Complain("left out, masks of lesions beside their images: " + std::to_string(masks_left_out_));
  }
  if (left_out_ == 0) return;
  Complain(left_out_ == 1
               ? "1 file in the folders was left out: it is not named like an image"
               : std::to_string(left_out_) +
                     " files in the folders were left out: they are not named like images");
}

void ImagePaths::Add(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) {
    found_.push_back({path, {}});
    return;
  }
  std::vector<std::string> seen;
  AddFolder(path, seen);
}

void ImagePaths::AddFolder(const std::string& folder, std::vector<std::string>& seen) {
  std::error_code error;
  const std::string real = fs::canonical(folder, error).string();
  if (!error && std::ranges::count(seen, real) > 0) {
    ++left_out_;
    return;
  }
  seen.push_back(real);
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) {
    found_.push_back({folder, Error{ErrorCode::kFileUnreadable,
                                    "cannot read '" + folder + "': " + error.message()}});
    return;
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    const std::string path = (fs::path(folder) / name).string();
    const fs::file_status status = fs::status(path, error);
    if (name.starts_with('.')) {
      ++left_out_;
    } else if (fs::is_directory(status)) {
      AddFolder(path, seen);
    } else if (masks_ == Masks::kLeaveOut && IsMaskBesideItsImage(name, names)) {
      ++masks_left_out_;
    } else if (LooksLikeImage(name) && (fs::is_regular_file(status) || !fs::exists(status))) {
      found_.push_back({path, {}});  // a link that leads nowhere fails by name
    } else {
      ++left_out_;
    }
  }
}

// False at the end of standard input; the last line may lack its line break.
bool ImagePaths::ReadLine(std::string& line) {
  constexpr int kPatience = 100;  // milliseconds between two looks at Interrupted()
  std::size_t searched = 0;
  while (!Interrupted()) {
    if (const std::size_t end = input_.find('\n', searched); end != std::string::npos) {
      line = input_.substr(0, end);
      input_.erase(0, end + 1);
      return true;
    }
    searched = input_.size();
    pollfd standard_input{STDIN_FILENO, POLLIN, 0};
    if (poll(&standard_input, 1, kPatience) <= 0) continue;
    std::array<char, 65536> chunk;
    const ssize_t n = read(STDIN_FILENO, chunk.data(), chunk.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) {
      line = std::exchange(input_, {});
      return false;
    }
    input_.append(chunk.data(), static_cast<std::size_t>(n));
  }
  return false;
}

}  // namespace echolens::tools

// Files, in and out: the only place of the program that opens any.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "result.h"

namespace echolens::tools {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Opens a file for reading. Errors: kFileUnreadable (also for a folder), naming the file and the
// reason.
Result<File> OpenForReading(const std::string& path);

// Size limits of what the program takes.
inline constexpr std::size_t kMaxModelBytes = std::size_t{1} << 30;

// The whole file, `-` is not special. `too_large` is the error's code for a file over `max_bytes`;
// the size is looked at before anything is read, and again while reading (pipes have none). Errors:
// kFileUnreadable, too_large.
Result<std::vector<std::uint8_t>> ReadFile(const std::string& path, std::size_t max_bytes,
                                           ErrorCode too_large);

// A file that appears under its name only when it is whole: written beside it, renamed by Commit,
// removed when there was none. What is there already and is no regular file (/dev/null, a pipe) is
// written directly.
class FileWriter {
 public:
  // Errors: kFileUnwritable, here and below.
  static Result<FileWriter> Create(const std::string& path);
  Status Write(std::span<const std::uint8_t> bytes);
  Status Commit();

  FileWriter(FileWriter&& other) noexcept
      : path_(std::move(other.path_)),
        target_(std::move(other.target_)),
        temporary_(std::exchange(other.temporary_, {})),
        file_(std::move(other.file_)) {}
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

 private:
  FileWriter() = default;
  Status Failed() const;

  std::string path_;       // as it was given
  std::string target_;     // with links resolved
  std::string temporary_;  // empty: writing directly, or committed
  File file_;
};

// The same in one step.
Status WriteFile(const std::string& path, std::span<const std::uint8_t> bytes);

}  // namespace echolens::tools

#include "files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace echolens::tools {
namespace fs = std::filesystem;

namespace {

Error TooLarge(const std::string& path, std::size_t max_bytes, ErrorCode code) {
  return {code, "'" + path + "' is larger than " + std::to_string(max_bytes >> 20) +
                    " MiB, the most that is read"};
}

}  // namespace

Result<File> OpenForReading(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    return Error{ErrorCode::kFileUnreadable, "cannot read '" + path + "': it is a folder"};
  }
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    return Error{ErrorCode::kFileUnreadable, "cannot read '" + path + "': " + std::strerror(errno)};
  }
  return file;
}

Result<std::vector<std::uint8_t>> ReadFile(const std::string& path, std::size_t max_bytes,
                                           ErrorCode too_large) {
  ECHOLENS_ASSIGN(const File file, OpenForReading(path));
  std::vector<std::uint8_t> bytes;
  std::error_code no_size;
  if (const std::uintmax_t size = fs::file_size(path, no_size); !no_size) {
    if (size > max_bytes) return TooLarge(path, max_bytes, too_large);
    bytes.reserve(static_cast<std::size_t>(size));
  }
  std::uint8_t chunk[65536];
  for (std::size_t n; (n = std::fread(chunk, 1, sizeof chunk, file.get())) > 0;) {
    if (n > max_bytes - bytes.size()) return TooLarge(path, max_bytes, too_large);
    bytes.insert(bytes.end(), chunk, chunk + n);
  }
  if (std::ferror(file.get()) != 0) {
    return Error{ErrorCode::kFileUnreadable, "cannot read '" + path + "': " + std::strerror(errno)};
  }
  return bytes;
}

Result<FileWriter> FileWriter::Create(const std::string& path) {
  FileWriter writer;
  writer.path_ = path;
  std::error_code error;
  const fs::path target = fs::weakly_canonical(path, error);
  writer.target_ = error ? path : target.string();
  const fs::file_status status = fs::status(writer.target_, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    writer.file_.reset(std::fopen(writer.target_.c_str(), "wb"));
    if (!writer.file_) return writer.Failed().error();
    return writer;
  }
  const std::string temporary = writer.target_ + ".part-" + std::to_string(getpid());
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return writer.Failed().error();
  writer.temporary_ = temporary;
  writer.file_.reset(fdopen(descriptor, "wb"));
  if (!writer.file_) {
    const Status failed = writer.Failed();
    close(descriptor);
    return failed.error();
  }
  return writer;
}

Status FileWriter::Write(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return Ok();  // fwrite takes no null pointer
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) return Failed();
  return Ok();
}

Status FileWriter::Commit() {
  if (std::fclose(file_.release()) != 0) return Failed();
  if (temporary_.empty()) return Ok();
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) return Failed();
  temporary_.clear();
  return Ok();
}

Status FileWriter::Failed() const {
  return Error{ErrorCode::kFileUnwritable, "cannot write '" + path_ + "': " + std::strerror(errno)};
}

FileWriter::~FileWriter() {
  file_.reset();
  if (!temporary_.empty()) std::remove(temporary_.c_str());
}

Status WriteFile(const std::string& path, std::span<const std::uint8_t> bytes) {
  ECHOLENS_ASSIGN(FileWriter writer, FileWriter::Create(path));
  ECHOLENS_CHECK(writer.Write(bytes));
  return writer.Commit();
}

}  // namespace echolens::tools

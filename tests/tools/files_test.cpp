#include "files.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tools/program.h"

using namespace echolens;
using namespace echolens::tools;
namespace fs = std::filesystem;

namespace {

std::size_t CountFiles(const TemporaryFolder& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a file is read whole, up to a size") {
  const TemporaryFolder folder;
  const std::string path = folder.Add("a", "abc");
  CHECK(*ReadFile(path, 3, ErrorCode::kImageTooLarge) == std::vector<std::uint8_t>{'a', 'b', 'c'});
  const auto over = ReadFile(path, 2, ErrorCode::kImageTooLarge);
  REQUIRE(!over.ok());
  CHECK(over.error().code == ErrorCode::kImageTooLarge);
  const auto endless = ReadFile("/dev/zero", std::size_t{1} << 20, ErrorCode::kModelTooLarge);
  REQUIRE(!endless.ok());
  CHECK(endless.error().detail == "'/dev/zero' is larger than 1 MiB, the most that is read");
}

TEST_CASE("what cannot be read is named, with the reason") {
  const TemporaryFolder folder;
  const auto check = [](const std::string& path, const std::string& reason) {
    const auto result = ReadFile(path, 10, ErrorCode::kImageTooLarge);
    REQUIRE(!result.ok());
    CHECK(result.error().code == ErrorCode::kFileUnreadable);
    CHECK(result.error().detail == "cannot read '" + path + "': " + reason);
  };
  check(folder / "missing", "No such file or directory");
  check(folder.path().string(), "it is a folder");
  check(folder.Add("file", "x") + "/below", "Not a directory");
}

TEST_CASE("a file appears when it is whole, or not at all") {
  const TemporaryFolder folder;
  const std::string path = folder.Add("a", "old");
  const std::vector<std::uint8_t> fresh{'n', 'e', 'w'};
  {
    Result<FileWriter> writer = FileWriter::Create(path);
    REQUIRE(writer.ok());
    REQUIRE(writer->Write(fresh).ok());
    CHECK(ReadBytes(path).size() == 3);
    CHECK(ReadBytes(path)[0] == 'o');
  }  // given up
  CHECK(ReadBytes(path)[0] == 'o');
  CHECK(CountFiles(folder) == 1);
  REQUIRE(WriteFile(path, fresh).ok());
  CHECK(ReadBytes(path) == fresh);
  CHECK(CountFiles(folder) == 1);
}

TEST_CASE("a link keeps leading to its file, a device is written directly") {
  const TemporaryFolder folder;
  const std::string path = folder.Add("a", "old");
  fs::create_symlink("a", folder.path() / "link");
  REQUIRE(WriteFile(folder / "link", {}).ok());
  CHECK(fs::is_symlink(folder.path() / "link"));
  CHECK(ReadBytes(path).empty());
  CHECK(WriteFile("/dev/null", {}).ok());
}

TEST_CASE("what cannot be written is named, with the reason") {
  const TemporaryFolder folder;
  const std::string missing = folder / "missing/a";
  CHECK(WriteFile(missing, {}).error().detail ==
        "cannot write '" + missing + "': No such file or directory");
  CHECK(WriteFile(folder.path().string(), {}).error().detail ==
        "cannot write '" + folder.path().string() + "': Is a directory");
  const std::vector<std::uint8_t> much(1 << 20);
  const Status full = WriteFile("/dev/full", much);
  REQUIRE(!full.ok());
  CHECK(full.error().code == ErrorCode::kFileUnwritable);
  CHECK(full.error().detail == "cannot write '/dev/full': No space left on device");
}

#include "image_paths.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tools/program.h"

using namespace echolens::tools;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> All(ImagePaths& paths) {
  std::vector<std::string> all;
  while (const auto next = paths.Next()) {
    CHECK(!next->error);
    all.push_back(next->path);
  }
  return all;
}

}  // namespace

TEST_CASE("a file stands for itself, whatever its name, there or not") {
  ImagePaths paths({"b", "a.txt", "b"});
  CHECK(*paths.total() == 3);
  CHECK(All(paths) == std::vector<std::string>{"b", "a.txt", "b"});
  CHECK(paths.left_out() == 0);
}

TEST_CASE("a folder stands for what is named like an image, in byte order") {
  const TemporaryFolder folder;
  for (const char* name : {"b.png", "B.PNG", "a/2.jpg", "a/10.jpeg", "a/b/c.gif", "ab.bmp", "z.dcm",
                           "y.Tif", "x.webp", "notes.txt", "scan", ".hidden.png", ".git/a.png"}) {
    folder.Add(name, "");
  }
  ImagePaths paths({folder.path().string()});
  std::vector<std::string> expected;
  for (const char* name : {"B.PNG", "a/10.jpeg", "a/2.jpg", "a/b/c.gif", "ab.bmp", "b.png",
                           "x.webp", "y.Tif", "z.dcm"}) {
    expected.push_back(folder / name);
  }
  CHECK(*paths.total() == expected.size());
  CHECK(All(paths) == expected);
  CHECK(paths.left_out() == 4);
}

TEST_CASE("links are followed, but not in circles") {
  const TemporaryFolder folder;
  folder.Add("scans/a.png", "");
  fs::create_directory_symlink("..", folder.path() / "scans/up");
  fs::create_directory_symlink("scans", folder.path() / "twice");
  fs::create_symlink("scans/a.png", folder.path() / "link.png");
  fs::create_symlink("nowhere", folder.path() / "lost.png");
  ImagePaths paths({folder.path().string()});
  CHECK(All(paths) ==
        std::vector<std::string>{folder / "link.png", folder / "lost.png", folder / "scans/a.png"});
  CHECK(paths.left_out() == 2);
}

TEST_CASE("a folder given twice is read twice") {
  const TemporaryFolder folder;
  folder.Add("a.png", "");
  ImagePaths paths({folder.path().string(), folder.path().string()});
  CHECK(All(paths).size() == 2);
}

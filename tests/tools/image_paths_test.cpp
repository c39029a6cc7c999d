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

TEST_CASE("masks beside their images are left out where that is asked for, and counted apart") {
  const TemporaryFolder folder;
  for (const char* name :
       {"a (1).png", "a (1)_mask.png", "a (1)_mask_1.png", "a (1)_mask_x.png", "a (1)_mask_.png",
        "a (1)_masked.png", "b/a (1)_mask.png", "lone_mask.png", "notes.txt"}) {
    folder.Add(name, "");
  }
  const auto left = [&](Masks masks) {
    ImagePaths paths({folder.path().string()}, masks);
    CHECK(*paths.total() + paths.left_out() + paths.masks_left_out() == 9);
    CHECK(paths.left_out() == 1);
    return paths.masks_left_out();
  };
  CHECK(left(Masks::kRead) == 0);
  CHECK(left(Masks::kLeaveOut) == 2);
  ImagePaths named({folder / "a (1)_mask.png"}, Masks::kLeaveOut);
  CHECK(*named.total() == 1);
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

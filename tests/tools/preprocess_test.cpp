#include "image/preprocess.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "model/graph.h"
#include "model/sha256.h"
#include "tools/program.h"

using namespace echolens;
namespace fs = std::filesystem;

namespace {

constexpr char kHead[] =
    "file,picture,sha256,width,height,step_x,step_y,offset_x,offset_y,error_code,error_message\r";

std::vector<std::string> Index(const std::string& folder) {
  const std::vector<std::uint8_t> bytes = ReadBytes(folder + "/index.csv");
  return Lines({bytes.begin(), bytes.end()});
}

// What the engine makes of the file of an image.
NetworkImage Expected(const std::vector<std::uint8_t>& file, const Preprocessing& preprocessing) {
  const Result<DecodedImage> decoded = DecodeImage(file);
  REQUIRE(decoded.ok());
  const Result<NetworkImage> prepared = Preprocess(decoded->grey, preprocessing);
  REQUIRE(prepared.ok());
  return *prepared;
}

void CheckPicture(const std::string& folder, const std::vector<std::uint8_t>& file,
                  const NetworkImage& expected) {
  const Result<DecodedImage> written =
      DecodeImage(ReadBytes(folder + "/" + Sha256Hex(file) + ".png"), {.min_side = 1});
  REQUIRE(written.ok());
  CHECK(written->grey.width == expected.image.width);
  CHECK(written->grey.height == expected.image.height);
  CHECK(written->grey.pixels == expected.image.pixels);
}

}  // namespace

TEST_CASE("preprocess writes what the engine would feed to a network") {
  const TemporaryFolder folder;
  const auto picture = SmallPicture();  // 24 x 16
  folder.Add("scans/a.bmp", picture);
  const Finished run =
      RunProgram({"preprocess", "--size", "32", "-o", "out/deep", "scans"}, "", folder.path());
  CHECK(run.err == "");
  CHECK(run.out == "out/deep/index.csv: 1 written, 0 failed\n");
  REQUIRE(run.exit == 0);
  Preprocessing square;
  square.width = square.height = 32;
  const NetworkImage expected = Expected(picture, square);
  CheckPicture(folder / "out/deep", picture, expected);
  const std::string sha256 = Sha256Hex(picture);
  const std::vector<std::string> index = Index(folder / "out/deep");
  REQUIRE(index.size() == 2);
  CHECK(index[0] == kHead);
  CHECK(index[1] == "scans/a.bmp," + sha256 + ".png," + sha256 + ",24,16," + NumberText(24.0 / 32) +
                        "," + NumberText(16.0 / 21) + ",0,5,,\r");
}

TEST_CASE("without a size, as the model says") {
  const TemporaryFolder folder;
  const auto picture = SmallPicture();
  const std::string image = folder.Add("a.bmp", picture);
  const std::string model = folder.Add("m.tflite", SmallClassifier());
  REQUIRE(RunProgram({"preprocess", "--model", model, "-o", folder / "small", image}).exit == 0);
  Preprocessing six;
  six.width = six.height = 6;
  CheckPicture(folder / "small", picture, Expected(picture, six));
  REQUIRE(RunProgram({"preprocess", "-o", folder / "shipped", image}).exit == 0);
  CHECK(fs::exists(folder / ("shipped/" + Sha256Hex(picture) + ".png")));
}

TEST_CASE("rows stand in the order of the input, and what cannot be read has one") {
  const TemporaryFolder folder;
  folder.Add("s/1.bmp", SmallPicture(1));
  folder.Add("s/2.png", "\x89PNG\r\n\x1a\nand no more");
  folder.Add("s/3.bmp", SmallPicture(3));
  folder.Add("s/4.bmp", SmallPicture(1));  // the same again
  folder.Add("s/notes.txt", "x");
  for (const char* jobs : {"1", "4"}) {
    const Finished run =
        RunProgram({"preprocess", "--size", "32", "--jobs", jobs, "-o", "out", "s", "no.png"}, "",
                   folder.path());
    CHECK(run.exit == 1);
    CHECK(run.out == "out/index.csv: 3 written, 2 failed\n");
    const std::vector<std::string> index = Index(folder / "out");
    REQUIRE(index.size() == 6);
    CHECK(index[1].starts_with("s/1.bmp," + Sha256Hex(SmallPicture(1)) + ".png,"));
    CHECK(index[2].starts_with("s/2.png,,,,,,,,,image_corrupt,"));
    CHECK(index[3].starts_with("s/3.bmp," + Sha256Hex(SmallPicture(3)) + ".png,"));
    CHECK(index[4].starts_with("s/4.bmp," + Sha256Hex(SmallPicture(1)) + ".png,"));
    CHECK(index[5] ==
          "no.png,,,,,,,,,file_unreadable,cannot read 'no.png': No such file or directory\r");
    const std::vector<std::string> errors = Lines(run.err);
    REQUIRE(errors.size() == 3);
    CHECK(errors[0].starts_with("echolens: s/2.png: "));
    CHECK(errors[1] == "echolens: no.png: cannot read 'no.png': No such file or directory");
    CHECK(errors[2] ==
          "echolens: 1 file in the folders was left out: it is not named like an image");
  }
}

TEST_CASE("what cannot begin says so") {
  const TemporaryFolder folder;
  const std::string image = folder.Add("a.bmp", SmallPicture());
  const auto check = [&](const Arguments& arguments, int exit, const std::string& sentence) {
    const Finished run = RunProgram(arguments, "", folder.path());
    CHECK(run.exit == exit);
    CHECK(run.out == "");
    CHECK(run.err == "echolens: " + sentence + "\n");
  };
  check({"preprocess", "a.bmp"}, 2, "--output is required (see 'echolens preprocess --help')");
  check({"preprocess", "-o", "p", "--size", "0", "a.bmp"}, 2,
        "--size: Value 0 not in range 1 to 4096 (see 'echolens preprocess --help')");
  check({"preprocess", "-o", "p", "--size", "9", "--model", "m", "a.bmp"}, 2,
        "--size excludes --model (see 'echolens preprocess --help')");
  check({"preprocess", "-o", "p", "--model", OperatorFile("conv_2d-same-int8.tflite"), "a.bmp"}, 1,
        "the model has no echolens metadata: it does not say how images are prepared");
  check({"preprocess", "-o", "a.bmp", "--size", "9", "a.bmp"}, 1,
        "cannot write into the folder 'a.bmp': Not a directory");
  folder.Add("none/notes.txt", "x");
  check({"preprocess", "-o", "p", "--size", "9", "none"}, 1, "there are no images to read");
  CHECK(!fs::exists(folder / "p/index.csv"));
}

TEST_CASE("interrupted, it leaves no index, nor that of an earlier run") {
  const TemporaryFolder folder;
  const std::string image = folder.Add("a.bmp", SmallPicture());
  const std::string out = folder / "out";
  REQUIRE(RunProgram({"preprocess", "--size", "32", "-o", out, image}).exit == 0);
  RunningProgram program({"preprocess", "--size", "16", "-o", out, "-"});
  program.Write(image + "\n");
  while (fs::exists(out + "/index.csv")) {  // until it has begun
  }
  program.Interrupt();
  CHECK(program.Wait() == 130);
  CHECK(!fs::exists(out + "/index.csv"));
  int left = 0;
  for (const auto& entry : fs::directory_iterator(out)) left += entry.path().extension() != ".png";
  CHECK(left == 0);
}

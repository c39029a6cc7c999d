#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "image/decode.h"
#include "model/sample_models.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "npy.h"
#include "tools/program.h"

using namespace echolens;
namespace fs = std::filesystem;

namespace {

std::set<std::string> Names(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

// A network with every map and a golden case, made by convert.
std::string FullModel(const TemporaryFolder& folder) {
  const std::string network = folder.Add("network.tflite", WriteTflite({FullNetwork(), {}}));
  const std::string card = folder.Add("card.json", R"({
    "name": "full", "labels": ["normal", "benign", "malignant"],
    "head": {"kind": "factored", "logits": "logits"}, "lesion_map": "lesion"})");
  std::string model = folder / "full.tflite";
  REQUIRE(RunProgram({"convert", network, "-o", model, "--card", card}).exit == 0);
  return model;
}

}  // namespace

TEST_CASE("classify writes an overlay for each image, named by its hash") {
  const TemporaryFolder models, folder;
  const std::string model = FullModel(models);
  folder.Add("s/a.bmp", SmallPicture(1));
  folder.Add("s/b.bmp", SmallPicture(2));
  folder.Add("s/c.png", "no image");
  const Arguments classify{"classify", "--model", model, "--format", "jsonl", "s"};
  const Finished plain = RunProgram(classify, "", folder.path());
  Arguments with = classify;
  with.insert(with.end(), {"--heatmap", "out/deep", "--jobs", "2"});
  const Finished run = RunProgram(with, "", folder.path());
  CHECK(run.err == "");
  CHECK(run.exit == 1);
  const std::string a = Sha256Hex(SmallPicture(1)), b = Sha256Hex(SmallPicture(2));
  CHECK(Names(folder.path() / "out/deep") ==
        std::set<std::string>{a + "-lesion.png", b + "-lesion.png"});
  // The records are those without overlays.
  const auto lines = Lines(run.out), expected = Lines(plain.out);
  REQUIRE(lines.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(lines[i].substr(0, lines[i].find(",\"run\"")) ==
          expected[i].substr(0, expected[i].find(",\"run\"")));
  }
  const auto overlay = folder / ("out/deep/" + a + "-lesion.png");
  const Result<DecodedImage> picture = DecodeImage(ReadBytes(overlay));
  REQUIRE(picture.ok());
  CHECK(picture->grey.height == 341);  // 24 × 16 drawn 512 wide

  // Again: the same files in their place.
  const auto before = ReadBytes(overlay);
  CHECK(RunProgram(with, "", folder.path()).exit == 1);
  CHECK(ReadBytes(overlay) == before);
  CHECK(Names(folder.path() / "out/deep").size() == 2);
}

TEST_CASE("every map can be asked for, of every label, under the images' names too") {
  const TemporaryFolder models, folder;
  const std::string model = FullModel(models);
  folder.Add("a.bmp", SmallPicture(1));
  const auto overlay = [&](const Arguments& more) {
    Arguments arguments{"classify", "--model", model, "--heatmap", "o", "--heatmap-names", "a.bmp"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = RunProgram(arguments, "", folder.path());
    CHECK(run.err == "");
    REQUIRE(run.exit == 0);
    const std::string map = more.empty() ? "lesion" : more[1];
    const std::string start = "o/a-" + Sha256Hex(SmallPicture(1)).substr(0, 8);
    return ReadBytes(folder / (start + "-" + map + ".png"));
  };
  CHECK(!overlay({}).empty());
  CHECK(overlay({}) == overlay({"--map", "lesion"}));
  const auto benign = overlay({"--map", "activation", "--map-label", "benign"});
  const auto malignant = overlay({"--map", "activation", "--map-label", "malignant"});
  CHECK(!benign.empty());
  CHECK(benign != malignant);
  CHECK(!overlay({"--map", "occlusion"}).empty());
}

TEST_CASE("a map's numbers are a NumPy array of the picture's size") {
  const TemporaryFolder folder;
  const std::string image = TEST_DATA "/images/busbra-0055-benign.jpg";
  const Finished run =
      RunProgram({"classify", "--heatmap", "o", "--map", "lesion", "--map-format", "npy", image},
                 "", folder.path());
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const auto names = Names(folder.path() / "o");
  REQUIRE(names == std::set<std::string>{Sha256Hex(ReadBytes(image)) + "-lesion.npy"});
  Result<tools::NpyReader> array = tools::NpyReader::Open(folder / ("o/" + *names.begin()));
  REQUIRE(array.ok());
  CHECK(array->type() == DataType::kFloat32);
  REQUIRE(array->shape() == tools::NpyShape{385, 275});
  std::vector<std::uint8_t> bytes(385 * 275 * sizeof(float));
  REQUIRE(array->Read(bytes).ok());
  std::vector<float> values(385 * 275);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  const auto [least, most] = std::ranges::minmax(values);
  CHECK(least >= 0);
  CHECK(most <= 1);
  CHECK(least + 0.1f < most);
}

TEST_CASE("what a model has not is wrong use, and named") {
  const TemporaryFolder folder;
  const std::string small = folder.Add("small.tflite", SmallClassifier());
  folder.Add("a.bmp", SmallPicture(1));
  const auto fails = [&](const Arguments& more, const std::string& sentence) {
    Arguments arguments{"classify", "--model", small, "a.bmp"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = RunProgram(arguments, "", folder.path());
    CHECK(run.exit == 2);
    CHECK(run.out == "");
    CHECK(run.err.find(sentence) != std::string::npos);
    CHECK(!fs::exists(folder.path() / "o"));
  };
  fails({"--heatmap", "o", "--map", "lesion"},
        "the model has no lesion map; --map can be occlusion\n");
  fails({"--heatmap", "o", "--map-label", "cyst"},
        "the model has no label 'cyst'; --map-label can be 'normal', 'benign', 'malignant'\n");
  fails({"--map", "occlusion"}, "--map requires --heatmap");
  fails({"--heatmap", "o", "--heatmap-names", "--no-names"}, "--no-names");

  const Finished run =
      RunProgram({"classify", "--model", small, "--heatmap", "o", "a.bmp"}, "", folder.path());
  CHECK(run.exit == 0);
  CHECK(Names(folder.path() / "o") ==
        std::set<std::string>{Sha256Hex(SmallPicture(1)) + "-occlusion.png"});
}

TEST_CASE("a folder that cannot be made is one error, before any image") {
  const TemporaryFolder folder;
  const std::string small = folder.Add("small.tflite", SmallClassifier());
  folder.Add("a.bmp", SmallPicture(1));
  const Finished run = RunProgram({"classify", "--model", small, "--heatmap", "a.bmp/o", "a.bmp"},
                                  "", folder.path());
  CHECK(run.exit == 1);
  CHECK(run.out == "");
  CHECK(run.err.starts_with("echolens: cannot make the folder 'a.bmp/o': "));
}

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tools/program.h"

using Json = nlohmann::json;

namespace {

void CheckSpread(const Json& spread) {
  CHECK(spread["p10"] >= 0);
  CHECK(spread["p10"] <= spread["median"]);
  CHECK(spread["median"] <= spread["p90"]);
}

}  // namespace

TEST_CASE("bench measures every step of a classifier") {
  const TemporaryFolder folder;
  const std::string model = folder.Add("m.tflite", SmallClassifier());
  const Finished run =
      RunProgram({"bench", "--model", model, "--seconds", "0.05", "--format", "json"});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const Json json = Json::parse(run.out);
  for (const char* step : {"decode_ms", "preprocess_ms", "inference_ms", "total_ms"})
    CheckSpread(json[step]);
  CHECK(json["runs"] >= 5);
  CHECK(json["threads"] == 1);
  CHECK(json["images_per_second"] > 0);
  CHECK(json["peak_memory_bytes"] > 1'000'000);
  CHECK(json["input"] == "a made-up picture");
}

TEST_CASE("bench, for people, on a picture of theirs") {
  const TemporaryFolder folder;
  const std::string model = folder.Add("m.tflite", SmallClassifier());
  const std::string image = folder.Add("a\n.bmp", SmallPicture());
  const Finished run =
      RunProgram({"bench", "--model", model, "--image", image, "--seconds", "0", "--threads", "2"});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const std::vector<std::string> lines = Lines(run.out);
  REQUIRE(lines.size() == 9);
  CHECK(lines[0] == "5 runs on " + (folder / "a?.bmp") + ", 2 threads");
  CHECK(lines[2] == "milliseconds      median       p10       p90");
  CHECK(lines[3].starts_with("decode"));
  CHECK(lines[6].starts_with("total"));
}

TEST_CASE("of a bare network the inference is measured") {
  const Finished run = RunProgram({"bench", "--model", OperatorFile("conv_2d-same-int8.tflite"),
                                   "--seconds", "0", "--format", "json"});
  REQUIRE(run.exit == 0);
  const Json json = Json::parse(run.out);
  CheckSpread(json["inference_ms"]);
  CHECK(!json.contains("decode_ms"));
}

TEST_CASE("bench names what it cannot read") {
  const TemporaryFolder folder;
  const std::string model = folder.Add("m.tflite", SmallClassifier());
  const auto check = [](const Arguments& arguments, const std::string& sentence) {
    const Finished run = RunProgram(arguments);
    CHECK(run.exit == 1);
    CHECK(run.out == "");
    CHECK(run.err.starts_with("echolens: " + sentence));
  };
  check({"bench", "--model", "no.tflite"}, "cannot read 'no.tflite': No such file or directory\n");
  check({"bench", "--model", model, "--image", "no.png"}, "cannot read 'no.png': No such file");
  check({"bench", "--model", model, "--image", model}, "");
  check({"bench", "--model", OperatorFile("relu-f32.tflite"), "--image", "no.png"},
        "the model has no metadata: it reads no images, and is measured without --image\n");
}

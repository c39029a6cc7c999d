#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "model/sample_models.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "tools/program.h"

using namespace echolens;
using Json = nlohmann::json;

namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("inspect shows what a classifier holds") {
  const TemporaryFolder folder;
  const auto bytes = SmallClassifier();
  const Finished run = RunProgram({"inspect", folder.Add("m.tflite", bytes)});
  CHECK(run.err == "");
  CHECK(run.exit == 0);
  const std::vector<std::string> lines = Lines(run.out);
  const std::vector<std::string> expected{
      "name            small",
      "version         1.0",
      "labels          normal, benign, malignant",
      "preprocessing   6 x 6 pixels, 1 channel, letterboxed over 0; (pixel - 127.5) * 0.007843138",
      "head            softmax of 'logits', temperature 1.25",
      "golden case     reproduced on this computer",
      "input           'picture' int8 [1, 6, 6, 1], scale 0.5, zero point -128",
      "output          'logits' int8 [1, 3], scale 0.125, zero point 3",
      "parameters      29 (44 bytes)",
      "multiply-adds   168",
  };
  REQUIRE(lines.size() == 10 + 3 + 1 + 4);
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(lines[i] == expected[i]);
  CHECK(lines[11] == "file            " + Json(bytes.size()).dump().insert(1, ",") + " bytes");
  CHECK(lines[12] == "sha256          " + Sha256Hex(bytes));
  CHECK(Has(lines[15], "CONV_2D"));
  CHECK(Has(lines[15], "[1, 3, 3, 2]"));
  CHECK(Has(lines[15], "XNNPACK convolution_2d"));
  CHECK(Has(lines[17], "FULLY_CONNECTED"));
}

TEST_CASE("the same as JSON") {
  const TemporaryFolder folder;
  const Finished run =
      RunProgram({"inspect", "--format", "json", folder.Add("m.tflite", SmallClassifier())});
  REQUIRE(run.exit == 0);
  const Json json = Json::parse(run.out);
  CHECK(json["metadata"]["labels"] == Json{"normal", "benign", "malignant"});
  CHECK(json["metadata"]["golden_case"] == "reproduced on this computer");
  CHECK(json["inputs"][0]["shape"] == Json{1, 6, 6, 1});
  CHECK(json["outputs"][0]["zero_point"] == 3);
  CHECK(json["parameters"] == 2 * 9 + 2 + 3 * 2 + 3);
  CHECK(json["multiply_adds"] == 9 * 2 * 9 + 3 * 2);
  CHECK(json["nodes"].size() == 3);
  CHECK(json["nodes"][0]["operator"] == "CONV_2D");
  CHECK(json["nodes"][0]["parameters"] == 20);
  CHECK(json["nodes"][0]["multiply_adds"] == 9 * 2 * 9);
  CHECK(json["nodes"][0]["inputs"] == Json::parse("[[1, 6, 6, 1]]"));
}

TEST_CASE("a file of another maker has no metadata") {
  const Finished run = RunProgram({"inspect", OperatorFile("conv_2d-same-int8.tflite")});
  REQUIRE(run.exit == 0);
  CHECK(Lines(run.out)[0] == "metadata        none: a network, but not a classifier");
}

TEST_CASE("a golden case that does not hold is said, and is a failure") {
  const TemporaryFolder folder;
  const std::string path = folder.Add("m.tflite", WriteTflite(SmallModel(DataType::kInt8)));
  const Finished run = RunProgram({"inspect", path});
  CHECK(run.exit == 1);
  CAPTURE(run.err);
  CHECK(Has(run.out, "golden case     NOT reproduced on this computer\n"));
  CHECK(run.err.starts_with("echolens: "));
}

TEST_CASE("names in a file do not steer the terminal") {
  const TemporaryFolder folder;
  Graph graph = SmallNetwork(DataType::kFloat32);
  for (TensorInfo& tensor : graph.tensors) tensor.name += "\x1b]0;owned\x07\xFF\n";
  const std::string path = folder.Add("m.tflite", WriteTflite({graph, {}}));
  for (const char* format : {"text", "json"}) {
    const Finished run = RunProgram({"inspect", "--format", format, path});
    CHECK(run.exit == 0);
    for (const char c : run.out) CHECK((c == '\n' || static_cast<unsigned char>(c) >= ' '));
  }
}

TEST_CASE("the model inside the program") { CHECK(RunProgram({"inspect"}).exit == 0); }

TEST_CASE("a file that is no model, or half of one, is refused") {
  const TemporaryFolder folder;
  auto bytes = SmallClassifier();
  bytes.resize(bytes.size() / 2);
  for (const std::string& path : {folder.Add("half", bytes), folder.Add("empty", ""),
                                  folder.Add("text", "not a model at all")}) {
    const Finished run = RunProgram({"inspect", path});
    CHECK(run.exit == 1);
    CHECK(run.out == "");
    CHECK(run.err.starts_with("echolens: "));
    CHECK(Lines(run.err).size() == 1);
  }
  CHECK(RunProgram({"inspect", folder / "no"}).err ==
        "echolens: cannot read '" + (folder / "no") + "': No such file or directory\n");
}

TEST_CASE("--memory-limit bounds what a network may take, in every command that runs one") {
  const TemporaryFolder folder;
  const std::string model = folder.Add("m.tflite", SmallClassifier());
  const std::string seed = TEST_DATA "/../../model/seed/seed.tflite";
  const std::string sentence = "echolens: the model needs about ";
  for (const Arguments& command :
       {Arguments{"inspect", seed}, Arguments{"bench", "--model", seed, "--seconds", "0"},
        Arguments{"classify", "--model", seed, TEST_DATA "/images"},
        Arguments{"run", seed, "--input", "x.npy", "--output", "y.npy"}}) {
    CAPTURE(command[0]);
    Arguments limited = command;
    limited.insert(limited.end(), {"--memory-limit", "1"});
    const Finished run = RunProgram(limited);
    CHECK(run.exit == 1);
    CHECK(run.err.starts_with(sentence));
    CHECK(run.err.ends_with(" bytes of memory: the limit is 1048576\n"));
  }
  CHECK(RunProgram({"inspect", "--memory-limit", "1", model}).exit == 0);
  CHECK(RunProgram({"inspect", "--memory-limit", "0", model}).exit == 2);
}

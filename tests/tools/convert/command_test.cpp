// `echolens convert`, as people run it.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "model/sample_models.h"
#include "model/tflite.h"
#include "tools/program.h"

using namespace echolens;
namespace fs = std::filesystem;

namespace {

const std::string kSeed = TEST_DATA "/../../model/seed/seed.keras";

void CheckFailure(const Arguments& arguments, int exit, const std::string& sentence) {
  const Finished run = RunProgram(arguments);
  CHECK(run.exit == exit);
  CHECK(run.out == "");
  CHECK(run.err == "echolens: " + sentence + "\n");
}

ModelFile Read(const std::string& path) {
  Result<ModelFile> model = ReadTflite(ReadBytes(path));
  REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().detail));
  return *std::move(model);
}

std::set<std::string> Names(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

// SmallNetwork as another converter would have written it: no metadata.
std::string AddNetwork(const TemporaryFolder& folder) {
  return folder.Add("network.tflite", WriteTflite({SmallNetwork(DataType::kFloat32), {}}));
}

// Pictures of three classes, a mask, and what is no image.
std::string AddPictures(const TemporaryFolder& folder) {
  std::uint32_t seed = 0;
  for (const char* label : {"benign", "malignant", "normal"}) {
    for (int i = 0; i < 4; ++i) {
      folder.Add(std::string("pictures/") + label + "/" + std::to_string(i) + ".bmp",
                 SmallPicture(++seed));
    }
  }
  folder.Add("pictures/benign/0_mask.bmp", SmallPicture(99));
  folder.Add("pictures/notes.txt", "no image");
  return folder / "pictures";
}

Arguments Int8(const TemporaryFolder& folder, const std::string& network,
               const std::string& pictures, const Arguments& more = {}) {
  Arguments arguments{"convert",    network, "-o",          folder / "int8.tflite",
                      "--quantize", "int8",  "--calibrate", pictures};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("a Keras archive becomes a plain network") {
  const TemporaryFolder folder;
  const std::string output = folder / "seed.tflite";
  const Finished run = RunProgram({"convert", kSeed, "-o", output});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  CHECK(Lines(run.out)[0].starts_with(output + ": a plain network, float32, "));
  CHECK(Lines(run.out)[0].ends_with(": without --labels it does not classify"));
  CHECK(run.out.find("float32 differs from the source's own arithmetic by at most ") !=
        std::string::npos);
  const ModelFile model = Read(output);
  CHECK(!model.metadata);
  CHECK(model.graph.tensors[static_cast<std::size_t>(model.graph.inputs[0])].shape ==
        Shape{1, 96, 96, 1});
  CHECK(Names(folder.path()) == std::set<std::string>{"seed.tflite"});
}

TEST_CASE("with labels it is a classifier, the same bytes each time") {
  const TemporaryFolder folder;
  const std::string output = folder / "seed.tflite", again = folder / "again.tflite";
  const Arguments classifier{"--labels", "normal,benign,malignant", "--name", "seed", "--version",
                             "1.5"};
  for (const std::string& path : {output, again}) {
    Arguments arguments{"convert", kSeed, "-o", path};
    arguments.insert(arguments.end(), classifier.begin(), classifier.end());
    const Finished run = RunProgram(arguments);
    CHECK(run.err == "");
    REQUIRE(run.exit == 0);
    CHECK(Lines(run.out)[0].starts_with(path + ": 'seed' 1.5, float32, "));
    CHECK(Lines(run.out)[0].ends_with(": normal, benign, malignant"));
  }
  CHECK(ReadBytes(output) == ReadBytes(again));
  const ModelFile model = Read(output);
  REQUIRE(model.metadata);
  CHECK(model.metadata->labels == std::vector<std::string>{"normal", "benign", "malignant"});
  CHECK(model.metadata->head.logits == "logits");
  CHECK(model.metadata->preprocessing.width == 96);
  CHECK(model.metadata->preprocessing.scale == std::vector<float>{1});
  CHECK(model.metadata->golden);

  const std::string picture = folder.Add("picture.bmp", SmallPicture());
  const Finished read = RunProgram({"classify", "--model", output, "--format", "jsonl", picture});
  CHECK(read.exit == 0);
  CHECK(read.out.find("\"malignant\":") != std::string::npos);
}

TEST_CASE("name and version have defaults; preprocessing may stand in a file") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), output = folder / "model.tflite";
  const std::string preprocessing =
      folder.Add("preprocessing.json", R"({"fit": "stretch", "mean": 127.5, "scale": 0.0078125})");
  const Finished run = RunProgram(
      {"convert", network, "-o", output, "--labels", "a,b,c", "--preprocess", preprocessing});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const ModelFile model = Read(output);
  REQUIRE(model.metadata);
  CHECK(model.metadata->name == "network");
  CHECK(model.metadata->version == "1");
  CHECK(model.metadata->preprocessing.fit == Fit::kStretch);
  CHECK(model.metadata->preprocessing.mean == std::vector<float>{127.5F});
  CHECK(model.metadata->preprocessing.scale == std::vector<float>{0.0078125F});
}

TEST_CASE("the class activation map is kept where the head allows it, or not") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), output = folder / "model.tflite";
  REQUIRE(RunProgram({"convert", network, "-o", output, "--labels", "a,b,c"}).exit == 0);
  const ModelFile kept = Read(output);
  REQUIRE(kept.metadata);
  REQUIRE(kept.metadata->activation_map);
  CHECK(kept.metadata->activation_map->features == "features");
  CHECK(kept.metadata->activation_map->weights == "logits/kernel");
  CHECK(kept.graph.outputs.size() == 2);

  REQUIRE(
      RunProgram({"convert", network, "-o", output, "--labels", "a,b,c", "--cam", "off"}).exit ==
      0);
  const ModelFile off = Read(output);
  CHECK(!off.metadata->activation_map);
  CHECK(off.graph.outputs.size() == 1);
}

TEST_CASE("a card lands in the metadata") {
  const TemporaryFolder folder;
  const std::string network = folder.Add("network.tflite", WriteTflite({FullNetwork(), {}}));
  const std::string card = folder.Add("card.json", R"({
    "name": "full", "version": "3", "labels": ["normal", "benign", "malignant"],
    "head": {"kind": "factored", "logits": "logits", "malignant_temperature": 2},
    "operating_points": [{"name": "rule-out", "label": "malignant", "threshold": 0.25}],
    "conformal": {"coverage": 0.9, "quantiles": [0.5, 0.5, 0.75]},
    "gate": {"features": "pooled", "threshold": 5,
             "centres": [{"mean": [0, 0], "inverse_covariance": [1e-9, 1e-9]}]},
    "views": ["identity", "mirror"], "lesion_map": "lesion", "text": "# Full"})");
  const std::string output = folder / "full.tflite";
  const Finished run = RunProgram({"convert", network, "-o", output, "--card", card});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const ModelFile model = Read(output);
  REQUIRE(model.metadata);
  const Metadata& metadata = *model.metadata;
  CHECK(metadata.name == "full");
  CHECK(metadata.head.kind == HeadKind::kFactored);
  CHECK(metadata.head.malignant_temperature == 2);
  CHECK(metadata.operating_points[0].label == 2);
  CHECK(metadata.conformal->quantiles.back() == 0.75F);
  CHECK(metadata.gate->threshold == 5);
  CHECK(metadata.views.size() == 2);
  CHECK(metadata.lesion_map == "lesion");
  CHECK(metadata.card == "# Full");
  CHECK(metadata.activation_map->features == "features");

  const std::string picture = folder.Add("picture.bmp", SmallPicture());
  CHECK(RunProgram({"classify", "--model", output, picture}).exit == 0);
}

TEST_CASE("a factored head and a lesion map, out of PyTorch, in float32 and int8") {
  const TemporaryFolder folder;
  const std::string network = TEST_DATA "/onnx/torch-script-lesion-17.onnx";
  const std::string pictures = AddPictures(folder);
  const std::string card = folder.Add("card.json", R"({
    "labels": ["normal", "benign", "malignant"], "lesion_map": "lesion",
    "preprocessing": {"mean": [127], "scale": [0.0078125]},
    "views": ["identity", "mirror"], "head": {"kind": "factored", "logits": "logits"}})");
  for (const std::string precision : {"float32", "int8"}) {
    CAPTURE(precision);
    const std::string output = folder / (precision + ".tflite");
    Arguments arguments{"convert", network, "-o", output, "--card", card};
    if (precision == "int8") {
      arguments.insert(arguments.end(), {"--quantize", "int8", "--calibrate", pictures});
    }
    const Finished run = RunProgram(arguments);
    CHECK(run.err == "");
    REQUIRE(run.exit == 0);
    const ModelFile model = Read(output);
    REQUIRE(model.metadata);
    CHECK(model.metadata->lesion_map == "lesion");
    REQUIRE(model.metadata->activation_map);
    std::vector<Shape> outputs;
    for (const TensorId id : model.graph.outputs) {
      outputs.push_back(model.graph.tensors[static_cast<std::size_t>(id)].shape);
    }
    CHECK(outputs == std::vector<Shape>{{1, 2}, {1, 6, 6, 1}, {1, 3, 3, 16}});
    const std::string picture = folder.Add("picture.bmp", SmallPicture());
    for (const char* map : {"lesion", "activation", "occlusion"}) {
      const Finished read = RunProgram(
          {"classify", "--model", output, "--heatmap", folder / "maps", "--map", map, picture});
      CHECK(read.err == "");
      CHECK(read.exit == 0);
    }
  }
}

TEST_CASE("int8 is made with pictures and judged with them") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), pictures = AddPictures(folder);
  const Arguments arguments =
      Int8(folder, network, pictures, {"--labels", "normal,benign,malignant", "--report"});
  const Finished run = RunProgram(arguments);
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  CHECK(run.out.find("calibrated on 12 of 12 images; 1 named like masks were left out\n") !=
        std::string::npos);
  CHECK(run.out.find("int8 against float32 on 12 images: probabilities move by ") !=
        std::string::npos);
  CHECK(run.out.find("AUC lost ") != std::string::npos);
  CHECK(run.out.find("(CONV_2D) 'features'") != std::string::npos);  // the report
  const ModelFile model = Read(folder / "int8.tflite");
  const auto type = [&](TensorId id) {
    return model.graph.tensors[static_cast<std::size_t>(id)].type;
  };
  CHECK(type(model.graph.inputs[0]) == DataType::kInt8);
  CHECK(type(model.graph.outputs[0]) == DataType::kInt8);
  REQUIRE(model.metadata);
  CHECK(model.metadata->golden);

  const std::vector<std::uint8_t> first = ReadBytes(folder / "int8.tflite");
  REQUIRE(RunProgram(arguments).exit == 0);
  CHECK(ReadBytes(folder / "int8.tflite") == first);
}

TEST_CASE("all methods for ranges, and a few pictures of many") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), pictures = AddPictures(folder);
  for (const char* range : {"minmax", "percentile", "mse"}) {
    const Finished run =
        RunProgram(Int8(folder, network, pictures, {"--range", range, "--calibrate-count", "5"}));
    CHECK(run.err == "");
    CHECK(run.exit == 0);
    CHECK(run.out.find("calibrated on 5 of 12 images") != std::string::npos);
  }
}

TEST_CASE("pictures may be listed in a table, with their classes") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder);
  AddPictures(folder);
  const std::string table = folder.Add(
      "pictures/index.csv",
      "label,file\r\nnormal,\"normal/0.bmp\"\r\nbenign,benign/1.bmp\r\n,benign/2.bmp\r\n");
  const Finished run =
      RunProgram(Int8(folder, network, table, {"--labels", "normal,benign,malignant"}));
  CHECK(run.err == "");
  CHECK(run.exit == 0);
  CHECK(run.out.find("calibrated on 3 of 3 images\n") != std::string::npos);
  CHECK(run.out.find("AUC lost ") != std::string::npos);
}

TEST_CASE("int8 past its limit is not written, and the layer is named") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), pictures = AddPictures(folder);
  folder.Add("int8.tflite", "what was there");
  const Finished run = RunProgram(Int8(folder, network, pictures, {"--min-snr", "99"}));
  CHECK(run.exit == 1);
  CHECK(run.out == "");
  CHECK(
      run.err.starts_with("echolens: the int8 network answers otherwise than float32: the "
                          "signal-to-noise ratio is "));
  CHECK(run.err.find(" dB, expected at least 99; most of the error enters at node ") !=
        std::string::npos);
  CHECK(run.err.ends_with(" dB. Nothing was written\n"));
  const std::vector<std::uint8_t> left = ReadBytes(folder / "int8.tflite");
  CHECK(std::string(left.begin(), left.end()) == "what was there");
  CHECK(Names(folder.path()) == std::set<std::string>{"int8.tflite", "network.tflite", "pictures"});
}

TEST_CASE("a converted classifier can be converted again") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), pictures = AddPictures(folder);
  const std::string first = folder / "first.tflite";
  REQUIRE(RunProgram({"convert", network, "-o", first, "--labels", "a,b,c", "--name", "once",
                      "--version", "7"})
              .exit == 0);
  REQUIRE(RunProgram(Int8(folder, first, pictures)).exit == 0);
  const ModelFile model = Read(folder / "int8.tflite");
  REQUIRE(model.metadata);
  CHECK(model.metadata->name == "once");
  CHECK(model.metadata->version == "7");
  CheckFailure(Int8(folder, folder / "int8.tflite", pictures), 2,
               "'" + folder / "int8.tflite" + "' is quantised already");
}

TEST_CASE("what cannot be converted is named") {
  const TemporaryFolder folder;
  const std::string o = folder / "o.tflite";
  const std::string missing = folder / "missing.keras", empty = folder.Add("empty.keras", "");
  const std::string text = folder.Add("notes.keras", "no network");
  const std::string network = AddNetwork(folder);
  CheckFailure({"convert", missing, "-o", o}, 1,
               "cannot read '" + missing + "': No such file or directory");
  CheckFailure({"convert", folder.path().string(), "-o", o}, 1,
               "cannot read '" + folder.path().string() + "': it is a folder");
  CheckFailure({"convert", empty, "-o", o}, 1, "'" + empty + "' is empty");
  CheckFailure({"convert", text, "-o", o}, 1,
               "'" + text +
                   "' holds no trained network that is read: expected a Keras archive (.keras), a "
                   "whole Keras model in HDF5 (.h5), ONNX (.onnx) or .tflite");
  CheckFailure({"convert", network, "-o", o, "--labels", "a,b"}, 1,
               "echolens metadata: the logits are [1, 3], expected [1, 2], one a label");
  CheckFailure({"convert", network, "-o", o, "--name", "x"}, 2,
               "a classifier needs --labels, or labels in its card");
  CheckFailure(
      {"convert", network, "-o", o, "--quantize", "int8"}, 2,
      "--quantize int8 needs --calibrate: the ranges of its values are measured on images");
  CheckFailure({"convert", network, "-o", o, "--input-size", "96"}, 2,
               "--input-size is '96', expected height and width: 224x320");
  CheckFailure(
      {"convert", network, "-o", o, "--labels", "a,b,c", "--preprocess", R"({"mean": [1, 2]})"}, 2,
      "preprocessing.mean has 2 numbers, expected one a channel, 1");
  CHECK(!fs::exists(o));
}

TEST_CASE("a truncated archive is named, at every length") {
  const TemporaryFolder folder;
  const std::vector<std::uint8_t> whole = ReadBytes(kSeed);
  for (const std::size_t size :
       {std::size_t{4}, std::size_t{1000}, whole.size() / 2, whole.size() - 1}) {
    const std::string cut = folder.Add(
        "cut.keras", std::vector<std::uint8_t>(whole.begin(),
                                               whole.begin() + static_cast<std::ptrdiff_t>(size)));
    const Finished run = RunProgram({"convert", cut, "-o", folder / "o.tflite"});
    CHECK(run.exit == 1);
    CHECK(run.err.starts_with("echolens: '" + cut + "': "));
    CHECK(!fs::exists(folder / "o.tflite"));
  }
}

TEST_CASE("calibration without pictures is named") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder);
  const std::string notes = folder.Add("empty/notes.txt", "no image");
  CheckFailure(Int8(folder, network, folder / "empty"), 2,
               "there are no readable images to calibrate with in '" + folder / "empty" + "'");
  const std::string broken = folder.Add("broken/a.png", "no image");
  const Finished run = RunProgram(Int8(folder, network, folder / "broken"));
  CHECK(run.exit == 2);
  CHECK(run.err.starts_with("echolens: there are no readable images to calibrate with in '" +
                            folder / "broken" + "': '" + broken + "': "));
  const std::string table = folder.Add("table.csv", "name,class\na.png,b\n");
  CheckFailure(Int8(folder, network, table), 2,
               "'" + table + "' has no column 'file' in its first line");
}

TEST_CASE("a wrong card is named") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder);
  const std::string card = folder.Add("card.json", R"({"colour": "blue"})");
  CheckFailure({"convert", network, "-o", folder / "o.tflite", "--card", card}, 2,
               "'" + card +
                   "' has the unknown key 'colour'; known are name, version, labels, "
                   "preprocessing, head, operating_points, conformal, gate, views, lesion_map, "
                   "text, figures");
}

TEST_CASE("an output that cannot be written is named") {
  const TemporaryFolder folder;
  const std::string network = AddNetwork(folder), output = folder / "no/such/o.tflite";
  CheckFailure({"convert", network, "-o", output}, 1,
               "cannot write '" + output + "': No such file or directory");
}

TEST_CASE("Ctrl-C leaves nothing behind") {
  const TemporaryFolder folder;
  const std::string pipe = folder / "source", output = folder / "o.tflite";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  RunningProgram program({"convert", pipe, "-o", output});
  {
    std::ofstream source(pipe, std::ios::binary);  // waits until the program reads
    const std::vector<std::uint8_t> bytes = WriteTflite({SmallNetwork(DataType::kFloat32), {}});
    program.Interrupt();
    source.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
  }
  CHECK(program.Wait() == 130);
  CHECK(program.Errors() == "");
  CHECK(Names(folder.path()) == std::set<std::string>{"source"});
}

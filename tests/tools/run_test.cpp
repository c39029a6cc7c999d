#include <doctest/doctest.h>

#include <filesystem>

#include "model/sample_models.h"
#include "model/tflite.h"
#include "npy.h"
#include "tools/program.h"

using namespace echolens;
namespace fs = std::filesystem;

namespace {

void CheckFailure(const Arguments& arguments, int exit, const std::string& sentence) {
  const Finished run = RunProgram(arguments);
  CHECK(run.exit == exit);
  CHECK(run.out == "");
  CHECK(run.err == "echolens: " + sentence + "\n");
}

// `bytes` of data behind a header.
std::string AddArray(const TemporaryFolder& folder, const std::string& name, DataType type,
                     const tools::NpyShape& shape, const std::vector<std::uint8_t>& data) {
  std::vector<std::uint8_t> file = tools::NpyHeader(type, shape);
  file.insert(file.end(), data.begin(), data.end());
  return folder.Add(name, file);
}

std::vector<std::uint8_t> ArrayData(const std::string& path) {
  Result<tools::NpyReader> array = tools::NpyReader::Open(path);
  REQUIRE(array.ok());
  std::size_t size = ElementSize(array->type());
  for (const std::int64_t side : array->shape()) size *= static_cast<std::size_t>(side);
  std::vector<std::uint8_t> data(size);
  REQUIRE(array->Read(data).ok());
  return data;
}

std::vector<std::uint8_t> Twice(std::vector<std::uint8_t> data) {
  const std::vector<std::uint8_t> once = data;
  data.insert(data.end(), once.begin(), once.end());
  return data;
}

}  // namespace

TEST_CASE("run answers as LiteRT did") {
  const TemporaryFolder folder;
  const std::string y = folder / "y.npy";
  for (const char* name : {"conv_2d-same-int8", "max_pool_2d-same-int8", "reshape-4-3-f32"}) {
    CAPTURE(name);
    const std::string stem = OperatorFile(name);
    const Finished run =
        RunProgram({"run", stem + ".tflite", "--input", stem + ".input-0.npy", "--output", y});
    CHECK(run.err == "");
    REQUIRE(run.exit == 0);
    CHECK(ReadBytes(y) == ReadBytes(stem + ".output-0.npy"));  // header and all
  }
}

TEST_CASE("several inputs stand in the network's order") {
  const TemporaryFolder folder;
  const std::string y = folder / "y.npy", stem = OperatorFile("concatenation-rows-int8");
  const std::string a = stem + ".input-0.npy", b = stem + ".input-1.npy";
  REQUIRE(RunProgram({"run", stem + ".tflite", "--input", a, "--input", b, "--output", y}).exit ==
          0);
  CHECK(ReadBytes(y) == ReadBytes(stem + ".output-0.npy"));
}

TEST_CASE("a longer first axis is as many runs") {
  const TemporaryFolder folder;
  const std::string stem = OperatorFile("conv_2d-same-int8");
  const Result<tools::NpyReader> one = tools::NpyReader::Open(stem + ".input-0.npy");
  REQUIRE(one.ok());
  tools::NpyShape shape = one->shape();
  shape[0] *= 2;
  const std::string x =
      AddArray(folder, "x.npy", DataType::kInt8, shape, Twice(ArrayData(stem + ".input-0.npy")));
  const std::string y = folder / "y.npy";
  const Finished run = RunProgram({"run", stem + ".tflite", "--input", x, "--output", y});
  REQUIRE(run.exit == 0);
  CHECK(ArrayData(y) == Twice(ArrayData(stem + ".output-0.npy")));

  shape[0] = 0;
  AddArray(folder, "x.npy", DataType::kInt8, shape, {});
  REQUIRE(RunProgram({"run", stem + ".tflite", "--input", x, "--output", y}).exit == 0);
  CHECK(ArrayData(y).empty());
}

TEST_CASE("several outputs are numbered") {
  const TemporaryFolder folder;
  Graph graph = SmallNetwork(DataType::kFloat32);
  graph.outputs = {7, 4};
  const std::string model = folder.Add("m.tflite", WriteTflite({graph, {}}));
  const std::string x = AddArray(folder, "x.npy", DataType::kFloat32, {3, 6, 6, 1},
                                 std::vector<std::uint8_t>(3 * 36 * 4));
  const Finished run =
      RunProgram({"run", model, "--input", "x.npy", "--output", "y.npy"}, "", folder.path());
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  CHECK(run.out == "y-0.npy: 'logits', float32 (3, 3)\ny-1.npy: 'pooled', float32 (3, 2)\n");
  CHECK(ArrayData(folder / "y-0.npy").size() == 3 * 3 * 4);
  CHECK(ArrayData(folder / "y-1.npy").size() == 3 * 2 * 4);
  CHECK(!fs::exists(folder / "y.npy"));
}

TEST_CASE("arrays that do not fit the network are named") {
  const TemporaryFolder folder;
  const std::string model =
      folder.Add("m.tflite", WriteTflite({SmallNetwork(DataType::kInt8), {}}));
  const auto check = [&](DataType type, const tools::NpyShape& shape, const std::string& what) {
    std::size_t size = ElementSize(type);
    for (const std::int64_t side : shape) size *= static_cast<std::size_t>(side);
    const std::string x = AddArray(folder, "x.npy", type, shape, std::vector<std::uint8_t>(size));
    CheckFailure({"run", model, "--input", x, "--output", folder / "y.npy"}, 2,
                 "'" + x + "' is " + what);
    CHECK(!fs::exists(folder / "y.npy"));
  };
  const std::string shape_expected =
      ", the network takes (1, 6, 6, 1) or a multiple of it along "
      "the first axis";
  check(DataType::kFloat32, {1, 6, 6, 1}, "float32, the network takes int8");
  check(DataType::kInt8, {1, 6, 7, 1}, "(1, 6, 7, 1)" + shape_expected);
  check(DataType::kInt8, {6, 6, 1}, "(6, 6, 1)" + shape_expected);
  check(DataType::kInt8, {}, "()" + shape_expected);

  const std::string add = OperatorFile("add-int8.tflite"), y = folder / "y.npy";
  const std::string a = OperatorFile("add-int8.input-0.npy");
  CheckFailure({"run", add, "--input", a, "--output", y}, 2,
               "the network has 2 inputs, expected --input as often, got 1");
}

TEST_CASE("files that cannot be read or written are named") {
  const TemporaryFolder folder;
  const std::string stem = OperatorFile("relu-f32"), y = folder / "y.npy";
  const std::string model = stem + ".tflite", x = stem + ".input-0.npy";
  CheckFailure({"run", folder / "m", "--input", x, "--output", y}, 1,
               "cannot read '" + (folder / "m") + "': No such file or directory");
  CheckFailure({"run", model, "--input", folder / "x", "--output", y}, 1,
               "cannot read '" + (folder / "x") + "': No such file or directory");
  CheckFailure({"run", model, "--input", model, "--output", y}, 1,
               "'" + model + "' is no .npy file");
  CheckFailure({"run", model, "--input", x, "--output", folder / "no/y.npy"}, 1,
               "cannot write '" + (folder / "no/y.npy") + "': No such file or directory");
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("arrays come through a pipe, too") {
  const TemporaryFolder folder;
  const std::string stem = OperatorFile("relu-f32"), y = folder / "y.npy";
  const auto bytes = ReadBytes(stem + ".input-0.npy");
  const std::string input(bytes.begin(), bytes.end());
  const Arguments arguments{"run", stem + ".tflite", "--input", "/dev/stdin", "--output", y};
  CHECK(RunProgram(arguments, input).exit == 0);
  CHECK(ReadBytes(y) == ReadBytes(stem + ".output-0.npy"));

  RunningProgram piped(arguments);
  fs::remove(y);
  piped.Write(input.substr(0, input.size() - 1));
  piped.CloseInput();
  CHECK(piped.Wait() == 1);
  CHECK(piped.Errors() == "echolens: '/dev/stdin' ends too early\n");
  CHECK(!fs::exists(y));
}

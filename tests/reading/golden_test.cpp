#include "reading/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "model/sample_models.h"
#include "model/sha256.h"

namespace echolens {
namespace {

constexpr DataType kTypes[] = {DataType::kFloat32, DataType::kInt8};

Engine SmallEngine(DataType type) {
  Result<Engine> engine = Engine::Create(SmallNetwork(type));
  REQUIRE(engine.ok());
  return *std::move(engine);
}

void CheckError(const Status& status, ErrorCode code, const std::string& detail) {
  REQUIRE(!status.ok());
  CHECK(ErrorName(status.error().code) == ErrorName(code));
  CHECK(status.error().detail == detail);
}

// Never to change: model files hold answers to these pictures.
TEST_CASE("a seed gives the same picture for ever") {
  const auto hash = [](std::uint32_t seed, int width, int height) {
    const Result<GreyImage> image = GoldenImage(seed, width, height);
    REQUIRE(image.ok());
    CHECK(image->width == width);
    CHECK(image->height == height);
    CHECK(image->pixels.size() == static_cast<std::size_t>(width * height));
    return Sha256Hex(image->pixels).substr(0, 16);
  };
  CHECK(hash(0, 64, 64) == "762a697aeb6d5eda");
  CHECK(hash(1, 64, 64) == "e5a650de9be3b8c1");
  CHECK(hash(0xFFFFFFFF, 224, 224) == "fc58f54b4ffbcd37");
  CHECK(hash(7, 33, 100) == "d88c48bc2a60e758");
  CHECK(hash(7, 1, 1) == "6e340b9cffb37a98");
}

TEST_CASE("every picture has light, dark and structure") {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    const int side = 96;
    const Result<GreyImage> image = GoldenImage(seed, side, side);
    REQUIRE(image.ok());
    const std::vector<std::uint8_t>& pixels = image->pixels;
    const std::set<std::uint8_t> values(pixels.begin(), pixels.end());
    CHECK(values.size() > 60);
    // Means of the sixteen 24-pixel squares: noise alone would give 112 in all of them.
    int least = 255, most = 0;
    for (int square = 0; square < 16; ++square) {
      int sum = 0;
      for (int y = square / 4 * 24; y < square / 4 * 24 + 24; ++y) {
        for (int x = square % 4 * 24; x < square % 4 * 24 + 24; ++x) {
          sum += pixels[static_cast<std::size_t>(y * side + x)];
        }
      }
      least = std::min(least, sum / 576);
      most = std::max(most, sum / 576);
    }
    CHECK(most - least > 25);
  }
}

TEST_CASE("a golden case holds what the network answers, and passes") {
  for (const DataType type : kTypes) {
    const Preprocessing preprocessing = SmallMetadata(type).preprocessing;
    Engine engine = SmallEngine(type);
    const Result<GoldenCase> golden = MakeGoldenCase(engine, preprocessing, 7);
    REQUIRE(golden.ok());
    CHECK(golden->seed == 7);
    REQUIRE(golden->outputs.size() == 1);
    CHECK(std::ranges::equal(golden->outputs[0], engine.output(0).bytes()));
    const Result<GoldenCase> other = MakeGoldenCase(engine, preprocessing, 8);
    REQUIRE(other.ok());
    CHECK(other->outputs != golden->outputs);
    CHECK(CheckGoldenCase(engine, preprocessing, *golden).ok());  // after another picture
    Engine fresh = SmallEngine(type);
    CHECK(CheckGoldenCase(fresh, preprocessing, *golden).ok());
    CHECK(CheckGoldenCase(fresh, preprocessing, *golden).ok());
  }
}

TEST_CASE("int8: one step in one output is a mismatch") {
  const Preprocessing preprocessing = SmallMetadata(DataType::kInt8).preprocessing;
  Engine engine = SmallEngine(DataType::kInt8);
  const Result<GoldenCase> made = MakeGoldenCase(engine, preprocessing, 7);
  REQUIRE(made.ok());
  for (std::size_t i = 0; i < 3; ++i) {
    GoldenCase golden = *made;
    const int right = static_cast<std::int8_t>(golden.outputs[0][i]);
    golden.outputs[0][i] ^= 1;
    const int wrong = static_cast<std::int8_t>(golden.outputs[0][i]);
    CheckError(CheckGoldenCase(engine, preprocessing, golden), ErrorCode::kModelSelfTestFailed,
               "this machine computes the model's golden case differently: element " +
                   std::to_string(i) + " of output 'logits', expected " + std::to_string(wrong) +
                   ", got " + std::to_string(right));
  }
}

// Of a float32 network's golden case: what it expects as logit i.
float ValueAt(const GoldenCase& golden, std::size_t i) {
  float value;
  std::memcpy(&value, golden.outputs[0].data() + i * sizeof value, sizeof value);
  return value;
}

GoldenCase Moved(GoldenCase golden, std::size_t i, float by) {
  const float value = ValueAt(golden, i) + by;
  std::memcpy(golden.outputs[0].data() + i * sizeof value, &value, sizeof value);
  return golden;
}

TEST_CASE("float32: 1e-4 is allowed, and not more") {
  const Preprocessing preprocessing = SmallMetadata(DataType::kFloat32).preprocessing;
  Engine engine = SmallEngine(DataType::kFloat32);
  const Result<GoldenCase> golden = MakeGoldenCase(engine, preprocessing, 7);
  REQUIRE(golden.ok());
  float largest = 1;
  for (std::size_t i = 0; i < 3; ++i) largest = std::max(largest, std::fabs(ValueAt(*golden, i)));
  for (std::size_t i = 0; i < 3; ++i) {
    for (const float sign : {-1.0F, 1.0F}) {
      const float step = sign * 1e-4F * largest;
      CHECK(CheckGoldenCase(engine, preprocessing, Moved(*golden, i, 0.9F * step)).ok());
      const Status status = CheckGoldenCase(engine, preprocessing, Moved(*golden, i, 1.2F * step));
      REQUIRE(!status.ok());
      CHECK(status.error().code == ErrorCode::kModelSelfTestFailed);
    }
  }
  const Status status = CheckGoldenCase(engine, preprocessing, Moved(*golden, 1, 1));
  const float right = ValueAt(*golden, 1);
  CheckError(status, ErrorCode::kModelSelfTestFailed,
             "this machine computes the model's golden case differently: element 1 of output "
             "'logits', expected " +
                 NumberText(right + 1) + ", got " + NumberText(right));
}

TEST_CASE("NaN is no golden answer") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const Preprocessing preprocessing = SmallMetadata(DataType::kFloat32).preprocessing;
  Engine engine = SmallEngine(DataType::kFloat32);
  const Result<GoldenCase> golden = MakeGoldenCase(engine, preprocessing, 7);
  REQUIRE(golden.ok());
  CheckError(CheckGoldenCase(engine, preprocessing, Moved(*golden, 2, kNan)),
             ErrorCode::kModelInvalid,
             "golden case: element 2 of output 'logits' is nan, expected a finite number");

  // XNNPACK's clamps may turn a NaN into an infinity.
  Graph graph = SmallNetwork(DataType::kFloat32);
  std::memcpy(graph.tensors[6].data.data(), &kNan, sizeof kNan);  // the bias of logit 0
  Result<Engine> broken = Engine::Create(graph);
  REQUIRE(broken.ok());
  const Result<GoldenCase> made = MakeGoldenCase(*broken, preprocessing, 7);
  REQUIRE(!made.ok());
  CHECK(made.error().code == ErrorCode::kModelInvalid);
  CHECK(made.error().detail.starts_with("golden case: element 0 of output 'logits' is "));
  const Status status = CheckGoldenCase(*broken, preprocessing, *golden);
  REQUIRE(!status.ok());
  CHECK(status.error().code == ErrorCode::kModelSelfTestFailed);
  CHECK(status.error().detail.starts_with(
      "this machine computes the model's golden case differently: element 0 of output 'logits', "
      "expected " +
      NumberText(ValueAt(*golden, 0)) + ", got "));
}

TEST_CASE("a golden case that does not fit the network is refused") {
  const Preprocessing preprocessing = SmallMetadata(DataType::kInt8).preprocessing;
  Engine engine = SmallEngine(DataType::kInt8);
  CheckError(CheckGoldenCase(engine, preprocessing, {7, {}}), ErrorCode::kModelInvalid,
             "golden case: 0 outputs, expected one a network output, 1");
  CheckError(CheckGoldenCase(engine, preprocessing, {7, {{1, 2, 3, 4}}}), ErrorCode::kModelInvalid,
             "golden case: output 'logits' has 4 bytes, expected 3");
  Preprocessing larger = preprocessing;
  larger.width = 7;
  CheckError(CheckGoldenCase(engine, larger, {7, {{1, 2, 3}}}), ErrorCode::kModelInvalid,
             "the network's input is [1, 6, 6, 1], expected [1, 6, 7, 1] as preprocessing says");
}

}  // namespace
}  // namespace echolens

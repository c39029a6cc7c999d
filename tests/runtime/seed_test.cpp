// The shipped model files answer as Keras and LiteRT do (tests/data/README.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "model/tflite.h"
#include "reading/interpret.h"
#include "runtime/engine.h"
#include "support/files.h"
#include "support/npy.h"

namespace echolens {
namespace {

constexpr int kPictures = 20, kCoarse = 12, kEnlarged = 8, kSide = kCoarse * kEnlarged;
constexpr std::size_t kLabels = 3;

GreyImage Picture(const std::vector<std::uint8_t>& coarse, int n) {
  GreyImage image{kSide, kSide, {}};
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int row = n * kCoarse + y / kEnlarged;
      image.pixels.push_back(coarse[static_cast<std::size_t>(row * kCoarse + x / kEnlarged)]);
    }
  }
  return image;
}

// The bytes of every picture's logits, one after another.
std::vector<std::uint8_t> Answers(const std::string& model) {
  const Result<ModelFile> file = ReadTflite(ReadTestData("../../model/seed/" + model));
  REQUIRE(file.ok());
  REQUIRE(file->metadata);
  Result<Engine> engine = Engine::Create(file->graph);
  REQUIRE(engine.ok());
  const auto coarse = NpyData(ReadTestData("keras/seed.input-0.npy"));
  REQUIRE(coarse.size() == std::size_t{kPictures * kCoarse * kCoarse});
  std::vector<std::uint8_t> answers;
  for (int n = 0; n < kPictures; ++n) {
    REQUIRE(FillInput(Picture(coarse, n), file->metadata->preprocessing, engine->input(0)).ok());
    REQUIRE(engine->Run().ok());
    const auto bytes = engine->output(0).bytes();
    answers.insert(answers.end(), bytes.begin(), bytes.end());
  }
  return answers;
}

float FloatAt(const std::vector<std::uint8_t>& bytes, std::size_t i) {
  float value;
  std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
  return value;
}

TEST_CASE("the seed network's float32 file answers 20 pictures as Keras and LiteRT do") {
  const auto got = Answers("seed.tflite");
  for (const char* reference : {"keras/seed.output-0.npy", "seed/seed.npy"}) {
    CAPTURE(reference);
    const auto expected = NpyData(ReadTestData(reference));
    REQUIRE(expected.size() == kPictures * kLabels * sizeof(float));
    REQUIRE(got.size() == expected.size());
    float largest = 0;
    for (std::size_t i = 0; i < kPictures * kLabels; ++i) {
      const float wanted = FloatAt(expected, i);
      largest =
          std::max(largest, std::abs(FloatAt(got, i) - wanted) / std::max(1.0F, std::abs(wanted)));
    }
    CHECK(largest <= 1e-5F);
  }
}

TEST_CASE("the shipped int8 file gives LiteRT's bytes for 20 pictures") {
  const auto expected = NpyData(ReadTestData("seed/seed-int8.npy"));
  REQUIRE(expected.size() == kPictures * kLabels);
  CHECK(Answers("seed-int8.tflite") == expected);
}

}  // namespace
}  // namespace echolens

#include "convert/keras.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "convert/evaluate.h"
#include "support/files.h"
#include "support/npy.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

template <class T>
std::vector<double> Numbers(const std::vector<std::uint8_t>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return {values.begin(), values.end()};
}

// NAME.input-0.npy, NAME.input-1.npy, …
std::vector<std::vector<double>> ReadArrays(const std::string& name) {
  std::vector<std::vector<double>> arrays;
  for (;;) {
    const auto bytes = ReadTestData("keras/" + name + std::to_string(arrays.size()) + ".npy");
    if (bytes.empty()) return arrays;
    arrays.push_back(Numbers<float>(NpyData(bytes)));
  }
}

Result<SourceNetwork> ReadFile(const std::string& file) {
  const auto bytes = ReadTestData(file);
  return file.ends_with(".h5") ? ReadKerasHdf5(bytes) : ReadKeras(bytes);
}

void CheckClose(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    worst = std::max(worst, std::abs(got[i] - expected[i]) / std::max(1.0, std::abs(expected[i])));
  }
  CHECK(worst < 1e-5);
}

}  // namespace

TEST_CASE("networks of every layer answer as Keras does") {
  for (const char* file : {"convolution.keras",
                           "depthwise.keras",
                           "normalisation.keras",
                           "activations.keras",
                           "pooling.keras",
                           "merging.keras",
                           "geometry.keras",
                           "resizing.keras",
                           "training_only.keras",
                           "nested.keras",
                           "frozen.keras",
                           "residual.keras",
                           "mixed_precision.keras",
                           "frozen-3.h5",
                           "residual-3.h5",
                           "normalisation-3.h5",
                           "split-3.h5",
                           "activations-2.keras",
                           "nested-2.keras",
                           "residual-2.keras",
                           "activations-2.h5",
                           "merging-2.h5",
                           "training_only-2.h5",
                           "nested-2.h5",
                           "frozen-2.h5",
                           "residual-2.h5",
                           "normalisation-2.h5",
                           "nested-tf2_12.keras",
                           "residual-tf2_12.keras",
                           "cropping.keras"}) {
    CAPTURE(file);
    const std::string name(file, std::strchr(file, '.'));
    const auto network = ReadFile("keras/" + std::string(file));
    const std::string error = network.ok() ? "" : network.error().detail;
    CAPTURE(error);
    CHECK(network.ok());
    if (!network.ok()) continue;
    const auto outputs = Evaluate(*network, ReadArrays(name + ".input-"));
    REQUIRE(outputs.ok());
    const auto expected = ReadArrays(name + ".output-");
    REQUIRE(outputs->size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CheckClose((*outputs)[i], expected[i]);
  }
}

TEST_CASE("the seed network answers 20 pictures as Keras does") {
  const auto network = ReadFile("../../model/seed/seed.keras");
  REQUIRE(network.ok());
  CHECK(network->name == "seed");
  const auto pixels = Numbers<std::uint8_t>(NpyData(ReadTestData("keras/seed.input-0.npy")));
  const auto answers = Numbers<float>(NpyData(ReadTestData("keras/seed.output-0.npy")));
  constexpr std::size_t kCoarse = 12, kSide = 96, kPictures = 20;
  REQUIRE(pixels.size() == kPictures * kCoarse * kCoarse);
  for (std::size_t n = 0; n < kPictures; ++n) {
    std::vector<double> picture;
    for (std::size_t y = 0; y < kSide; ++y) {
      for (std::size_t x = 0; x < kSide; ++x) {
        picture.push_back(pixels[(n * kCoarse + y / 8) * kCoarse + x / 8]);
      }
    }
    const auto outputs = Evaluate(*network, {picture});
    REQUIRE(outputs.ok());
    CheckClose((*outputs)[0], {answers.begin() + static_cast<std::ptrdiff_t>(n * 3),
                               answers.begin() + static_cast<std::ptrdiff_t>(n * 3 + 3)});
  }
}

TEST_CASE("layers are numbered and named with the models around them") {
  const auto network = ReadFile("keras/nested.keras");
  REQUIRE(network.ok());
  std::vector<std::string> places, names;
  for (const SourceNode& node : network->nodes) {
    places.push_back(node.place);
    names.push_back(network->values[static_cast<std::size_t>(node.output)].name);
  }
  CHECK(std::ranges::count(places, "layer 2 'shared' (Conv2D)") == 3);
  CHECK(std::ranges::count(names, "shared") == 1);
  CHECK(std::ranges::count(names, "shared:1") == 1);
  CHECK(std::ranges::count(names, "inner/frozen") == 1);
  CHECK(std::ranges::count(names, "inner/frozen:1") == 1);
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}

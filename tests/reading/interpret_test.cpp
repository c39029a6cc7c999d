#include "reading/interpret.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "model/sha256.h"

namespace echolens {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// How many numbers lie between two positive ones.
std::int64_t Distance(double a, double b) {
  return std::abs(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b));
}

// Arguments over all of the range in which e^x is neither 0 nor infinite, and near 0.
std::vector<double> Arguments() {
  std::vector<double> arguments{0, -0.0, 1, -1, 709.782712893384, -708.4, -745.1332191019411};
  std::mt19937 random(1);
  const auto unit = [&] { return static_cast<double>(random()) / 4294967296.0; };
  for (int i = 0; i < 200'000; ++i) {
    arguments.push_back(-745.1 + 1454.8 * unit());
    arguments.push_back(2 * unit() - 1);
    arguments.push_back((unit() - 0.5) * std::ldexp(1.0, -i % 60));
    // Close to where the nearest multiple of ln 2 changes.
    arguments.push_back((i % 2000 - 1000 + 0.5) * 0.6931471805599453 * (1 + (unit() - 0.5) * 1e-9));
  }
  return arguments;
}

TEST_CASE("Exp is e^x to four units in the last place") {
  std::int64_t worst = 0;
  for (const double x : Arguments()) worst = std::max(worst, Distance(Exp(x), std::exp(x)));
  CHECK(worst < 4);
}

TEST_CASE("Exp of the ends of its range") {
  CHECK(Exp(0) == 1);
  CHECK(Exp(-0.0) == 1);
  CHECK(Exp(709.782712893384) == doctest::Approx(std::numeric_limits<double>::max()));
  CHECK(Exp(709.7827128933841) == kInfinity);
  CHECK(Exp(1e300) == kInfinity);
  CHECK(Exp(kInfinity) == kInfinity);
  CHECK(Exp(-745.1) == std::numeric_limits<double>::denorm_min());
  CHECK(Exp(-745.2) == 0);
  CHECK(Exp(-1e300) == 0);
  CHECK(Exp(-kInfinity) == 0);
  CHECK(std::isnan(Exp(kNan)));
}

// The same text here natively and in both WebAssembly builds: their arithmetic is the same.
TEST_CASE("Exp has the same bits in every build") {
  std::vector<std::uint8_t> bytes;
  for (const double x : Arguments()) {
    const auto bits = std::bit_cast<std::uint64_t>(Exp(x));
    for (int shift = 0; shift < 64; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
    }
  }
  CHECK(Sha256Hex(bytes) == "73d45e3dcdf1a855de76c9bfe2b5edaf75a98f8f74612cad69a7c90037ebde0a");
}

TEST_CASE("probabilities are the softmax of logits over the temperature") {
  const std::vector<double> logits{1.5, -2, 0.25, 1};
  for (const double temperature : {0.5, 1.0, 3.0}) {
    double sum = 0;
    for (const double logit : logits) sum += std::exp(logit / temperature);
    const std::vector<double> found = Probabilities(logits, temperature);
    REQUIRE(found.size() == logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
      CHECK(found[i] == doctest::Approx(std::exp(logits[i] / temperature) / sum).epsilon(1e-12));
    }
  }
  CHECK(Probabilities({}, 1).empty());
  CHECK(Probabilities({3}, 1) == std::vector<double>{1});
}

TEST_CASE("huge logits give probabilities all the same") {
  using Numbers = std::vector<double>;
  CHECK(Probabilities({1e308, -1e308}, 1) == Numbers{1, 0});
  CHECK(Probabilities({-1e308, 1e308, 1e308}, 1e-3) == Numbers{0, 0.5, 0.5});
  CHECK(Probabilities({3e38, 3e38, -3e38, 0}, 1e-38) == Numbers{0.5, 0.5, 0, 0});
  CHECK(Probabilities({kInfinity, 0}, 1) == Numbers{1, 0});
  CHECK(Probabilities({-kInfinity, -kInfinity}, 1) == Numbers{0.5, 0.5});
  CHECK(Probabilities({1000, 0}, 1e300) == Numbers{0.5, 0.5});
}

TEST_CASE("a factored head: is there a lesion, and is it malignant?") {
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  Head head;
  head.kind = HeadKind::kFactored;
  head.temperature = 2;
  head.malignant_temperature = 0.5F;
  const std::vector<double> found = Probabilities({1.5, -0.25}, head);
  const double lesion = logistic(0.75), malignant = logistic(-0.5);
  REQUIRE(found.size() == 3);
  CHECK(found[0] == doctest::Approx(1 - lesion).epsilon(1e-12));
  CHECK(found[1] == doctest::Approx(lesion * (1 - malignant)).epsilon(1e-12));
  CHECK(found[2] == doctest::Approx(lesion * malignant).epsilon(1e-12));
  head.malignant_offset = 0.75F;
  CHECK(Probabilities({1.5, 0.5}, head)[2] == doctest::Approx(lesion * malignant).epsilon(1e-12));
  CHECK(Probabilities({1e308, -1e308}, head) == std::vector<double>{0, 1, 0});
  CHECK(Probabilities({-1e308, 1e308}, head) == std::vector<double>{1, 0, 0});
  head.kind = HeadKind::kSoftmax;
  CHECK(Probabilities({1.5, -0.25}, head) == Probabilities({1.5, -0.25}, 2));
}

TEST_CASE("the distance of a gate, with a diagonal and with a whole matrix") {
  const std::vector<double> x{3, -1, 0.5};
  const GateCentre round{{1, 0, 0.5F}, {0.5F, 2, 7}};
  const Gate diagonal{"f", {round}, 1};
  CHECK(GateDistance(x, diagonal) == 0.5 * 4 + 2 * 1);
  const GateCentre skew{{1, 0, 0.5F}, {1, 0.25F, 0, 0.25F, 2, 0, 0, 0, 1}};
  const Gate matrix{"f", {skew}, 1};
  CHECK(GateDistance(x, matrix) == 2 * (2 - 0.25) + -1 * (0.5 - 2));
  const Gate both{"f", {skew, round}, 1};
  CHECK(GateDistance(x, both) == GateDistance(x, diagonal));
  CHECK(std::isinf(GateDistance({x[0], std::nan(""), x[2]}, both)));
}

TEST_CASE("a mirrored picture") {
  const GreyImage image{3, 2, {1, 2, 3, 4, 5, 6}};
  const GreyImage mirrored = Mirrored(image);
  CHECK(mirrored.width == 3);
  CHECK(mirrored.height == 2);
  CHECK(mirrored.pixels == std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4});
}

TEST_CASE("real values of a tensor") {
  Result<Tensor> floats = Tensor::Create(DataType::kFloat32, {1, 2});
  REQUIRE(floats.ok());
  floats->data<float>()[0] = 0.1F;
  floats->data<float>()[1] = -7;
  CHECK(RealValues(*floats) == std::vector<double>{0.1F, -7});

  Result<Tensor> bytes = Tensor::Create(DataType::kInt8, {3}, {{0.5F}, {-3}});
  REQUIRE(bytes.ok());
  const std::int8_t stored[] = {-128, -3, 127};
  std::ranges::copy(stored, bytes->data<std::int8_t>().begin());
  CHECK(RealValues(*bytes) == std::vector<double>{-62.5, 0, 65});

  Result<Tensor> integers = Tensor::Create(DataType::kInt32, {2});
  REQUIRE(integers.ok());
  integers->data<std::int32_t>()[0] = std::numeric_limits<std::int32_t>::min();
  CHECK(RealValues(*integers) == std::vector<double>{-2147483648.0, 0});
}

// 3 channels, each with a mean and scale of its own.
const Preprocessing kColour{5, 4, 3, Fit::kStretch, 0, {10, 20.5F, -1}, {0.5F, -0.25F, 1 / 3.0F}};

GreyImage RandomImage(int width, int height) {
  GreyImage image{width, height, {}};
  std::mt19937 random(2);
  for (int i = 0; i < width * height; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(random() % 256));
  }
  return image;
}

TEST_CASE("a float32 input holds (pixel - mean) * scale of each channel") {
  const GreyImage image = RandomImage(5, 4);
  Result<Tensor> input = Tensor::Create(DataType::kFloat32, {1, 4, 5, 3});
  REQUIRE(input.ok());
  REQUIRE(FillInput(image, kColour, *input).ok());
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float value =
          (static_cast<float>(image.pixels[i]) - kColour.mean[c]) * kColour.scale[c];
      CHECK(input->data<float>()[i * 3 + c] == value);
    }
  }
}

TEST_CASE("an int8 input holds the nearest step") {
  const GreyImage image = RandomImage(5, 4);
  const float scale = 0.37F;
  Result<Tensor> input = Tensor::Create(DataType::kInt8, {1, 4, 5, 3}, {{scale}, {-5}});
  REQUIRE(input.ok());
  REQUIRE(FillInput(image, kColour, *input).ok());
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float value =
          (static_cast<float>(image.pixels[i]) - kColour.mean[c]) * kColour.scale[c];
      const float steps = std::round(value / scale) - 5;
      CHECK(input->data<std::int8_t>()[i * 3 + c] == std::clamp(steps, -128.0F, 127.0F));
    }
  }
}

TEST_CASE("int8: halves go away from zero, and what does not fit is clamped") {
  Preprocessing preprocessing{8, 1};
  preprocessing.mean = {100};
  const GreyImage image{8, 1, {97, 98, 99, 100, 101, 102, 103, 255}};
  Result<Tensor> input = Tensor::Create(DataType::kInt8, {1, 1, 8, 1}, {{2}, {0}});
  REQUIRE(input.ok());
  const auto stored = [&] {
    const auto values = input->data<std::int8_t>();
    return std::vector<int>(values.begin(), values.end());
  };
  REQUIRE(FillInput(image, preprocessing, *input).ok());
  CHECK(stored() == std::vector<int>{-2, -1, -1, 0, 1, 1, 2, 78});
  preprocessing.scale = {3e38F};  // infinite but for the mean
  REQUIRE(FillInput(image, preprocessing, *input).ok());
  CHECK(stored() == std::vector<int>{-128, -128, -128, 0, 127, 127, 127, 127});
}

void CheckRefused(const GreyImage& image, Result<Tensor> input, ErrorCode code,
                  const std::string& detail) {
  REQUIRE(input.ok());
  const Status status = FillInput(image, kColour, *input);
  REQUIRE(!status.ok());
  CHECK(ErrorName(status.error().code) == ErrorName(code));
  CHECK(status.error().detail == detail);
}

TEST_CASE("an input of another shape or type, or a picture of another size, is refused") {
  const GreyImage image = RandomImage(5, 4);
  CheckRefused(image, Tensor::Create(DataType::kFloat32, {1, 5, 4, 3}), ErrorCode::kModelInvalid,
               "the network's input is [1, 5, 4, 3], expected [1, 4, 5, 3] as preprocessing says");
  CheckRefused(image, Tensor::Create(DataType::kFloat32, {4, 5, 3}), ErrorCode::kModelInvalid,
               "the network's input is [4, 5, 3], expected [1, 4, 5, 3] as preprocessing says");
  CheckRefused(image, Tensor::Create(DataType::kInt32, {1, 4, 5, 3}, {{1}, {0}}),
               ErrorCode::kModelInvalid,
               "the network's input is int32 with 1 scales, expected float32, or int8 with one "
               "scale and zero point");
  CheckRefused(image, Tensor::Create(DataType::kInt8, {1, 4, 5, 3}), ErrorCode::kModelInvalid,
               "the network's input is int8 with 0 scales, expected float32, or int8 with one "
               "scale and zero point");
  CheckRefused(RandomImage(4, 5), Tensor::Create(DataType::kFloat32, {1, 4, 5, 3}),
               ErrorCode::kInvalidArgument,
               "the network's picture is [5, 4] with 20 pixels, expected [4, 5]");
  GreyImage short_of_one = image;
  short_of_one.pixels.pop_back();
  CheckRefused(short_of_one, Tensor::Create(DataType::kFloat32, {1, 4, 5, 3}),
               ErrorCode::kInvalidArgument,
               "the network's picture is [4, 5] with 19 pixels, expected [4, 5]");
}

}  // namespace
}  // namespace echolens

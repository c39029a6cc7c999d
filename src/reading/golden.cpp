#include "reading/golden.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "image/allocate.h"
#include "model/graph.h"
#include "reading/interpret.h"

namespace echolens {
namespace {

class Numbers {
 public:
  explicit Numbers(std::uint32_t seed) : state_(seed) {}

  // 0 … n - 1.
  int Below(int n) {
    state_ += 0x9E3779B9;
    std::uint32_t z = state_;
    z = (z ^ (z >> 16)) * 0x85EBCA6B;
    z = (z ^ (z >> 13)) * 0xC2B2AE35;
    return static_cast<int>((z ^ (z >> 16)) % static_cast<std::uint32_t>(n));
  }

 private:
  std::uint32_t state_;
};

struct Blob {
  std::int64_t x, y, radius, height;

  std::int64_t At(std::int64_t px, std::int64_t py) const {
    const std::int64_t r2 = radius * radius;
    const std::int64_t d2 = (px - x) * (px - x) + (py - y) * (py - y);
    if (d2 >= r2) return 0;
    const std::int64_t t = (r2 - d2) * 1024 / r2;
    return height * t * t / (1 << 20);
  }
};

Error Mismatch(const Engine& engine, std::size_t output, std::size_t element,
               const std::string& expected, const std::string& got) {
  return {ErrorCode::kModelSelfTestFailed,
          "this machine computes the model's golden case differently: element " +
              std::to_string(element) + " of output " + Quoted(engine.output_name(output)) +
              ", expected " + expected + ", got " + got};
}

std::vector<float> Floats(std::span<const std::uint8_t> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

Status CheckFinite(const Engine& engine, std::size_t output, std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    return Error{ErrorCode::kModelInvalid, "golden case: element " + std::to_string(i) +
                                               " of output " + Quoted(engine.output_name(output)) +
                                               " is " + NumberText(values[i]) +
                                               ", expected a finite number"};
  }
  return Ok();
}

Status CompareFloats(const Engine& engine, std::size_t output,
                     std::span<const std::uint8_t> golden) {
  const std::vector<float> expected = Floats(golden);
  ECHOLENS_CHECK(CheckFinite(engine, output, expected));
  float magnitude = 1;
  for (const float value : expected) magnitude = std::max(magnitude, std::fabs(value));
  const auto got = engine.output(output).data<float>();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::fabs(got[i] - expected[i]) <= 1e-4F * magnitude) continue;  // never so for NaN
    return Mismatch(engine, output, i, NumberText(expected[i]), NumberText(got[i]));
  }
  return Ok();
}

Status CompareBytes(const Engine& engine, std::size_t output,
                    std::span<const std::uint8_t> expected) {
  const Tensor& tensor = engine.output(output);
  const auto got = tensor.bytes();
  const auto differs = std::ranges::mismatch(expected, got).in1 - expected.begin();
  const auto byte = static_cast<std::size_t>(differs);
  if (byte == expected.size()) return Ok();
  const auto text = [&](std::span<const std::uint8_t> bytes) {
    return std::to_string(static_cast<std::int8_t>(bytes[byte]));
  };
  return Mismatch(engine, output, byte / ElementSize(tensor.type()), text(expected), text(got));
}

Status RunGoldenImage(Engine& engine, const Preprocessing& preprocessing, std::uint32_t seed) {
  if (engine.input_count() != 1) {
    return Error{ErrorCode::kModelInvalid, "golden case: the network has " +
                                               std::to_string(engine.input_count()) +
                                               " inputs, expected one picture"};
  }
  ECHOLENS_ASSIGN(const GreyImage image,
                  GoldenImage(seed, preprocessing.width, preprocessing.height));
  ECHOLENS_CHECK(FillInput(image, preprocessing, engine.input(0)));
  return engine.Run();
}

}  // namespace

Result<GreyImage> GoldenImage(std::uint32_t seed, int width, int height) {
  Numbers numbers(seed);
  const int side = std::min(width, height);
  std::array<Blob, 8> blobs;
  for (Blob& blob : blobs) {
    blob.x = numbers.Below(width);
    blob.y = numbers.Below(height);
    blob.radius = 2 + side / 8 + numbers.Below(side / 2 + 1);
    blob.height = numbers.Below(255) - 127;
  }
  GreyImage image{width, height, {}};
  ECHOLENS_ASSIGN(image.pixels,
                  Allocate<std::uint8_t>(std::uint64_t(width) * std::uint64_t(height)));
  std::uint8_t* pixel = image.pixels.data();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::int64_t value = 112;
      for (const Blob& blob : blobs) value += blob.At(x, y);
      value += numbers.Below(32) - 16;
      *pixel++ = static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, 0, 255));
    }
  }
  return image;
}

Result<GoldenCase> MakeGoldenCase(Engine& engine, const Preprocessing& preprocessing,
                                  std::uint32_t seed) {
  ECHOLENS_CHECK(RunGoldenImage(engine, preprocessing, seed));
  GoldenCase golden{seed, {}};
  for (std::size_t i = 0; i < engine.output_count(); ++i) {
    const Tensor& output = engine.output(i);
    if (output.type() == DataType::kFloat32) {
      ECHOLENS_CHECK(CheckFinite(engine, i, output.data<float>()));
    }
    golden.outputs.emplace_back(output.bytes().begin(), output.bytes().end());
  }
  return golden;
}

Status CheckGoldenCase(Engine& engine, const Preprocessing& preprocessing,
                       const GoldenCase& golden) {
  if (golden.outputs.size() != engine.output_count()) {
    return Error{ErrorCode::kModelInvalid, "golden case: " + std::to_string(golden.outputs.size()) +
                                               " outputs, expected one a network output, " +
                                               std::to_string(engine.output_count())};
  }
  for (std::size_t i = 0; i < golden.outputs.size(); ++i) {
    const std::size_t size = engine.output(i).bytes().size();
    if (golden.outputs[i].size() == size) continue;
    return Error{ErrorCode::kModelInvalid, "golden case: output " + Quoted(engine.output_name(i)) +
                                               " has " + std::to_string(golden.outputs[i].size()) +
                                               " bytes, expected " + std::to_string(size)};
  }
  ECHOLENS_CHECK(RunGoldenImage(engine, preprocessing, golden.seed));
  for (std::size_t i = 0; i < golden.outputs.size(); ++i) {
    const bool floats = engine.output(i).type() == DataType::kFloat32;
    ECHOLENS_CHECK((floats ? CompareFloats : CompareBytes)(engine, i, golden.outputs[i]));
  }
  return Ok();
}

}  // namespace echolens

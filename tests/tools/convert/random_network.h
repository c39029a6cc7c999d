// Source networks of random weights, run by the plain-loop evaluator.
//
//   RandomNetwork net(7);
//   const ValueId x = net.Input({1, 6, 5, 3});
//   const ValueId y = net.Add("conv", net.Conv(4, 3, 3), {x});
//   net.Output(y);
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "convert/evaluate.h"
#include "convert/source.h"

namespace echolens::convert {

using Answers = std::vector<std::vector<double>>;
using Names = std::vector<std::string>;

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr Border kSame{Border::Kind::kSame, {}, {}};

inline Border Explicit(std::array<int, 2> before, std::array<int, 2> after) {
  return {Border::Kind::kExplicit, before, after};
}

class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint32_t seed) : engine_(seed) {}

  SourceNetwork network;

  float Real(float low, float high) {
    return low + (high - low) * static_cast<float>(engine_() % 65536) / 65535.0F;
  }
  std::vector<float> Reals(std::int64_t count, float low = -1, float high = 1) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = Real(low, high);
    return values;
  }
  std::vector<double> Doubles(std::int64_t count, float low = -1, float high = 1) {
    const std::vector<float> values = Reals(count, low, high);
    return {values.begin(), values.end()};
  }

  Convolution Conv(int filters, int size, int channels, int groups = 1, bool bias = true) {
    Convolution op;
    op.kernel_shape = {filters, size, size, channels / groups};
    op.kernel = Reals(ElementCount(op.kernel_shape));
    op.groups = groups;
    if (bias) op.bias = Reals(filters);
    return op;
  }
  Dense Matrix(int out, int in, bool bias = true) {
    return {{out, in}, Reals(std::int64_t{out} * in), bias ? Reals(out) : std::vector<float>{}};
  }
  BatchNormalization Norm(int channels) {
    return {Reals(channels, -2, 2), Reals(channels), Reals(channels), Reals(channels, 0.1F, 2),
            1e-3};
  }
  Affine Scaling(int channels) { return {Doubles(channels, -2, 2), Doubles(channels)}; }

  ValueId Input(const Shape& shape) {
    return *AddInput(network, "input" + std::to_string(network.inputs.size()), shape);
  }
  ValueId Add(const std::string& name, SourceOp op, const std::vector<ValueId>& inputs) {
    const std::string place =
        "layer " + std::to_string(network.nodes.size() + 1) + " '" + name + "' (Test)";
    const Result<ValueId> id = AddNode(network, place, std::move(op), inputs);
    REQUIRE_MESSAGE(id.ok(), (id.ok() ? "" : id.error().detail));
    return *id;
  }
  ValueId Constant(const Shape& shape, float low = -1, float high = 1) {
    return Add("constant" + std::to_string(network.values.size()),
               ConstantValue{shape, Reals(ElementCount(shape), low, high)}, {});
  }
  ValueId Relu(ValueId x) {
    return Add("relu" + std::to_string(network.values.size()), ActivationLayer{}, {x});
  }
  void Output(ValueId id) { network.outputs.push_back(id); }
  const Shape& ShapeOf(ValueId id) const {
    return network.values[static_cast<std::size_t>(id)].shape;
  }

  // Random numbers that float32 holds exactly.
  Answers Inputs() {
    Answers inputs;
    for (const ValueId id : network.inputs)
      inputs.push_back(Doubles(ElementCount(ShapeOf(id)), -2, 2));
    return inputs;
  }

 private:
  std::mt19937 engine_;
};

inline Answers Evaluated(const SourceNetwork& network, const Answers& inputs) {
  auto answers = Evaluate(network, inputs);
  REQUIRE_MESSAGE(answers.ok(), (answers.ok() ? "" : answers.error().detail));
  return *std::move(answers);
}

// Every number within `tolerance`, relative where it is over 1.
inline void CheckClose(const std::vector<double>& got, const std::vector<double>& expected,
                       double tolerance) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double scale = std::max(1.0, std::abs(expected[i]));
    if (std::abs(got[i] - expected[i]) <= tolerance * scale) continue;
    CAPTURE(i);
    CHECK(got[i] == expected[i]);
  }
}

}  // namespace echolens::convert

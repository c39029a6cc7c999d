#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

constexpr Activation kActivations[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6,
                                       Activation::kReluN1To1};

TEST_CASE("convolutions of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      const int groups = seed % 4 == 3 ? random.Int(2, 4) : 1;
      const int in = groups * random.Int(1, 19), out = groups * random.Int(1, 21);
      const int height = random.Int(1, 5), width = random.Int(1, 5);
      Conv2d op;
      op.stride = {random.Int(1, 3), random.Int(1, 3)};
      op.dilation = {random.Int(1, 2), random.Int(1, 2)};
      op.padding = random.Flip() ? Padding::kSame : Padding::kValid;
      op.activation = kActivations[random.Int(0, 3)];
      const TensorId x = test.Input({random.Int(1, 2), random.Int(10, 17), random.Int(10, 17), in});
      const TensorId w =
          test.Filter({out, height, width, in / groups}, random.Int(0, 3) == 0 ? -1 : 0);
      std::vector<TensorId> inputs{x, w};
      if (random.Int(0, 3) > 0) inputs.push_back(test.Bias(x, w, out));
      test.Check(op, inputs);
      CHECK(test.kernel().find(type == DataType::kInt8
                                   ? "convolution_2d qs8_qc8w"
                                   : "convolution_2d f32") != std::string::npos);
    }
  }
}

TEST_CASE("depthwise convolutions of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      DepthwiseConv2d op;
      op.multiplier = seed % 4 == 3 ? random.Int(2, 3) : 1;
      const int in = random.Int(1, 37);
      const int most = seed % 10 == 9 ? 7 : 5;  // over 25 weights another kernel is taken
      op.stride = {random.Int(1, 2), random.Int(1, 3)};
      op.dilation = {random.Int(1, 2), random.Int(1, 2)};
      op.padding = random.Flip() ? Padding::kSame : Padding::kValid;
      op.activation = kActivations[random.Int(0, 3)];
      const TensorId x = test.Input({random.Int(1, 2), random.Int(13, 17), random.Int(13, 17), in});
      const int height = random.Int(most == 7 ? 6 : 1, most),
                width = random.Int(most == 7 ? 6 : 1, most);
      const TensorId w =
          test.Filter({1, height, width, in * op.multiplier}, random.Int(0, 3) == 0 ? -1 : 3);
      std::vector<TensorId> inputs{x, w};
      if (random.Int(0, 3) > 0) inputs.push_back(test.Bias(x, w, in * op.multiplier));
      test.Check(op, inputs);
    }
  }
}

TEST_CASE("the sums of an int8 convolution saturate at both ends") {
  NetworkCase test(1, DataType::kInt8);
  const TensorId x = test.Input({1, 6, 6, 64});
  const TensorId w = test.Filter({9, 3, 3, 64}, 0);
  test.OutputScale(1e-3F, 5);
  test.Check(Conv2d{}, {x, w});
}

TEST_CASE("scales beyond what int8 convolutions can multiply by are refused, the channel named") {
  NetworkCase test(1, DataType::kInt8);
  const TensorId x = test.Input({1, 6, 6, 4});
  test.Scale(x, 2, 0);
  const TensorId w = test.Filter({3, 1, 1, 4}, 0);
  test.OutputScale(2e-5F, 0);
  const Error error = test.Refused(Conv2d{}, {x, w});
  CHECK(error.code == ErrorCode::kModelUnsupported);
  CHECK(error.detail.find("node 0 (CONV_2D)") == 0);
  CHECK(error.detail.find("in channel 0, expected under 256") != std::string::npos);
}

}  // namespace
}  // namespace echolens

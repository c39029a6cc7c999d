#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("pooling of random shapes") {
  for (const PoolKind kind : {PoolKind::kMax, PoolKind::kAverage}) {
    for (const DataType type : kBothTypes) {
      for (std::uint32_t seed = 0; seed < 50; ++seed) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(TypeName(type));
        CAPTURE(seed);
        NetworkCase test(seed, type);
        Random& random = test.random;
        Pool2d op;
        op.kind = kind;
        op.size = {random.Int(1, 6), random.Int(1, 6)};
        const bool average = kind == PoolKind::kAverage;
        op.stride = {random.Int(1, average ? 4 : op.size[0]),
                     random.Int(1, average ? 4 : op.size[1])};
        op.padding = random.Flip() ? Padding::kSame : Padding::kValid;
        op.activation = random.Int(0, 3) == 0 ? Activation::kRelu6 : Activation::kNone;
        const TensorId x =
            test.Input({random.Int(1, 2), random.Int(6, 15), random.Int(6, 15), random.Int(1, 40)});
        test.Check(op, {x});
      }
    }
  }
}

TEST_CASE(
    "an average over all pixels is a mean, one over full windows a convolution, others go through "
    "floats") {
  const auto kernel = [](Shape shape, Padding padding, std::array<int, 2> size, int stride,
                         Activation activation) {
    NetworkCase test(3, DataType::kInt8);
    const TensorId x = test.Input(std::move(shape));
    test.Check(Pool2d{PoolKind::kAverage, padding, size, {stride, stride}, activation}, {x});
    return test.kernel();
  };
  CHECK(Contains(kernel({2, 7, 5, 33}, Padding::kValid, {7, 5}, 1, Activation::kNone),
                 "static_mean qs8"));
  CHECK(Contains(kernel({2, 7, 5, 33}, Padding::kSame, {7, 5}, 7, Activation::kRelu),
                 "static_mean qs8"));
  CHECK(Contains(kernel({2, 8, 6, 33}, Padding::kSame, {2, 2}, 2, Activation::kNone), "with ones"));
  CHECK(Contains(kernel({2, 9, 6, 33}, Padding::kSame, {2, 2}, 2, Activation::kNone),
                 "between dequantise and quantise"));
}

TEST_CASE("max pooling of single pixels picks every stride-th") {
  for (const DataType type : kBothTypes) {
    NetworkCase test(4, type);
    const TensorId x = test.Input({1, 9, 8, 21});
    test.Check(Pool2d{PoolKind::kMax, Padding::kSame, {1, 1}, {2, 3}}, {x});
  }
}

TEST_CASE("max pooling that skips pixels is refused") {
  NetworkCase test(4, DataType::kFloat32);
  const TensorId x = test.Input({1, 9, 8, 2});
  const Error error = test.Refused(Pool2d{PoolKind::kMax, Padding::kValid, {2, 2}, {3, 2}}, {x});
  CHECK(error.code == ErrorCode::kModelUnsupported);
  CHECK(error.detail.find("node 0 (MAX_POOL_2D)") == 0);
  CHECK(Contains(error.detail, "stride 3 is larger than the window of 2"));
}

TEST_CASE("means over height and width of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      const TensorId x =
          test.Input({random.Int(1, 3), random.Int(1, 20), random.Int(1, 20), random.Int(1, 70)});
      test.Check(Mean{random.Flip()}, {x});
    }
  }
}

}  // namespace
}  // namespace echolens

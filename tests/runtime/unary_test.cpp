#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

TEST_CASE("activations of random shapes") {
  for (const UnaryKind kind : {UnaryKind::kRelu, UnaryKind::kRelu6, UnaryKind::kHardSwish,
                               UnaryKind::kLogistic, UnaryKind::kTanh}) {
    for (const DataType type : kBothTypes) {
      for (std::uint32_t seed = 0; seed < 15; ++seed) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(TypeName(type));
        CAPTURE(seed);
        NetworkCase test(seed, type);
        Random& random = test.random;
        const TensorId x =
            test.Input({random.Int(1, 2), random.Int(1, 9), random.Int(1, 9), random.Int(1, 50)});
        if (seed % 3 == 0) {  // the same scale on both sides
          test.Scale(x, 0.05F, -20);
          test.OutputScale(0.05F, -20);
        }
        if (kind == UnaryKind::kLogistic) test.OutputScale(1.0F / 256, -128);
        if (kind == UnaryKind::kTanh) test.OutputScale(1.0F / 128, 0);
        test.Check(Unary{kind}, {x});
      }
    }
  }
}

TEST_CASE("softmax over the last axis, with and without beta") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      const TensorId x = test.Input({random.Int(1, 3), random.Int(1, 6), random.Int(1, 40)});
      test.OutputScale(1.0F / 256, -128);
      test.Check(Softmax{random.Flip() ? 1.0F : random.Real(0.2F, 3)}, {x});
    }
  }
}

TEST_CASE("logits far apart neither overflow nor vanish") {
  NetworkCase test(1, DataType::kInt8);
  const TensorId x = test.Input({4, 9});
  test.Scale(x, 20, 0);
  test.OutputScale(1.0F / 256, -128);
  test.Check(Softmax{}, {x});
}

}  // namespace
}  // namespace echolens

#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

TEST_CASE("quantising, saturating where the values leave the range") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kFloat32);
    Random& random = test.random;
    const TensorId x = test.Input({random.Int(1, 9), random.Int(1, 90)});
    test.OutputType(DataType::kInt8);
    if (random.Flip()) test.OutputScale(0.02F, random.Int(-128, 127));
    test.Check(Quantize{}, {x});
  }
}

TEST_CASE("dequantising") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    NetworkCase test(seed, DataType::kInt8);
    Random& random = test.random;
    const TensorId x = test.Input({random.Int(1, 9), random.Int(1, 90)});
    test.OutputType(DataType::kFloat32);
    test.Check(Dequantize{}, {x});
  }
}

TEST_CASE("requantising: near scales, far ones beyond XNNPACK's fixed point, the same one") {
  for (const float ratio : {1e-3F, 0.01F, 0.9F, 1.0F, 1.3F, 30.0F, 200.0F}) {
    CAPTURE(ratio);
    NetworkCase test(7, DataType::kInt8);
    const TensorId x = test.Input({3, 40});
    test.Scale(x, 0.05F, 11);
    test.OutputScale(0.05F * ratio, ratio == 1.0F ? 11 : -3);
    test.Check(Quantize{}, {x});
  }
}

}  // namespace
}  // namespace echolens

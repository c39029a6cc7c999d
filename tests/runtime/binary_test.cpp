#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

// A shape that broadcasts to `shape`: fewer axes, or ones in places.
Shape Narrower(Random& random, Shape shape) {
  shape.erase(shape.begin(), shape.begin() + random.Int(0, static_cast<int>(shape.size()) - 1));
  for (std::int32_t& size : shape) {
    if (random.Int(0, 2) == 0) size = 1;
  }
  return shape;
}

TEST_CASE("sums, products and differences of random shapes") {
  for (const BinaryKind kind : {BinaryKind::kAdd, BinaryKind::kMul, BinaryKind::kSub}) {
    for (const DataType type : kBothTypes) {
      for (std::uint32_t seed = 0; seed < 80; ++seed) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(TypeName(type));
        CAPTURE(seed);
        NetworkCase test(seed, type);
        Random& random = test.random;
        const Shape whole{random.Int(1, 2), random.Int(1, 7), random.Int(1, 7), random.Int(1, 40)};
        const Shape part = random.Flip() ? whole : Narrower(random, whole);
        TensorId a = test.Input(whole);
        TensorId b = random.Flip() ? test.Input(part) : test.Constant(part);
        if (random.Flip()) std::swap(a, b);
        Binary op{kind, random.Int(0, 3) == 0 ? Activation::kRelu6 : Activation::kNone};
        test.Check(op, {a, b});
      }
    }
  }
}

TEST_CASE("a tensor plus itself") {
  for (const DataType type : kBothTypes) {
    NetworkCase test(5, type);
    const TensorId x = test.Input({1, 4, 5, 9});
    test.Check(Binary{}, {x, x});
  }
}

TEST_CASE("a tensor less itself is zero") {
  for (const DataType type : kBothTypes) {
    NetworkCase test(7, type);
    const TensorId x = test.Input({1, 4, 5, 9});
    test.Check(Binary{BinaryKind::kSub}, {x, x});
  }
}

TEST_CASE("int8 scales beyond XNNPACK's fixed point go through floats") {
  for (const float scale : {1e-5F, 50.0F}) {
    for (const BinaryKind kind : {BinaryKind::kAdd, BinaryKind::kMul, BinaryKind::kSub}) {
      CAPTURE(scale);
      NetworkCase test(6, DataType::kInt8);
      const TensorId a = test.Input({1, 4, 5, 9});
      const TensorId b = test.Input({1, 4, 5, 9});
      test.Scale(a, scale, 3);
      test.Scale(b, kind == BinaryKind::kMul ? scale : 0.02F, -7);
      if (scale > 1) test.OutputScale(0.01F, 0);
      if (scale < 1 && kind == BinaryKind::kMul) test.OutputScale(0.02F, 1);
      test.Check(Binary{kind}, {a, b});
      CHECK(test.kernel().find("between dequantise and quantise") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace echolens

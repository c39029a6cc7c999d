#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

TEST_CASE("padding of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      Shape shape;
      Pad op;
      for (int axes = random.Int(1, 6); axes > 0; --axes) {
        shape.push_back(random.Int(1, 5));
        op.before.push_back(random.Int(0, 2));
        op.after.push_back(random.Int(0, 2));
      }
      test.Check(op, {test.Input(shape)});
    }
  }
}

TEST_CASE("concatenations of one to thirty parts along any axis") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      Shape shape{random.Int(1, 2), random.Int(1, 4), random.Int(1, 4), random.Int(1, 9)};
      const int axis = random.Int(-4, 3);
      const bool alike = random.Flip();
      std::vector<TensorId> parts;
      for (int count = seed % 5 == 0 ? random.Int(6, 30) : random.Int(1, 6); count > 0; --count) {
        shape[static_cast<std::size_t>(axis + (axis < 0 ? 4 : 0))] = random.Int(1, 6);
        parts.push_back(test.Input(shape));
        if (alike) test.Scale(parts.back(), 0.03F, -5);
      }
      if (alike) test.OutputScale(0.03F, -5);
      test.Check(Concatenation{axis}, parts);
    }
  }
}

TEST_CASE("a tensor beside itself") {
  NetworkCase test(1, DataType::kFloat32);
  const TensorId x = test.Input({1, 3, 4, 5});
  test.Check(Concatenation{-1}, {x, x, x});
}

TEST_CASE("reshaping, with the open size filled in") {
  for (const DataType type : kBothTypes) {
    for (const Shape& to :
         {Shape{-1}, Shape{6, -1}, Shape{1, 2, 3, 2, 5, 1}, Shape{60}, Shape{2, -1, 3}}) {
      CAPTURE(ShapeText(to));
      NetworkCase test(2, type);
      const TensorId x = test.Input({1, 3, 4, 5});
      test.Check(Reshape{to}, {x});
    }
  }
}

}  // namespace
}  // namespace echolens

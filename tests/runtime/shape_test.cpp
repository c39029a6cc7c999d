#include <doctest/doctest.h>

#include <limits>

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
      if (random.Flip()) op.value = random.Real(-9, 9);
      test.Check(op, {test.Input(shape)});
    }
  }
}

TEST_CASE("padding with a number stays that number before a convolution without padding") {
  for (const DataType type : kBothTypes) {
    NetworkCase test(3, type);
    const TensorId x = test.Input({1, 5, 6, 4});
    const TensorId padded = test.Add(Pad{{0, 1, 1, 0}, {0, 1, 1, 0}, 1.5F}, {x});
    const TensorId filter = test.Filter({8, 3, 3, 4}, 0);
    const Conv2d conv{Padding::kValid, {1, 1}, {1, 1}, Activation::kNone};
    test.Check(conv, {padded, filter, test.Bias(padded, filter, 8)});
  }
}

TEST_CASE("padding with minus infinity") {
  NetworkCase test(4, DataType::kFloat32);
  const TensorId x = test.Input({1, 4, 4, 3});
  const float lowest = -std::numeric_limits<float>::infinity();
  const TensorId padded = test.Add(Pad{{0, 1, 1, 0}, {0, 0, 0, 0}, lowest}, {x});
  test.Check(Pool2d{PoolKind::kMax, Padding::kValid, {2, 2}, {1, 1}}, {padded});
}

TEST_CASE("parts of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 80; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      Shape shape;
      Slice op;
      for (int axes = random.Int(1, 6); axes > 0; --axes) {
        shape.push_back(random.Int(1, 7));
        const bool whole = random.Int(0, 2) == 0;
        op.begin.push_back(whole ? 0 : random.Int(0, shape.back() - 1));
        op.size.push_back(whole ? shape.back() : random.Int(1, shape.back() - op.begin.back()));
      }
      test.Check(op, {test.Input(shape)});
    }
  }
}

TEST_CASE("transposes of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 80; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      Shape shape;
      Permute op;
      for (int axes = random.Int(1, 6); axes > 0; --axes) {
        const int place = random.Int(0, static_cast<int>(shape.size()));
        op.axes.insert(op.axes.begin() + place, static_cast<std::int32_t>(shape.size()));
        shape.push_back(random.Int(1, 9));
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

#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

TEST_CASE("bilinear resizing of random sizes, by all three rules") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      ResizeBilinear op;
      op.height = random.Int(1, 20);
      op.width = random.Int(1, 20);
      const int rule = random.Int(0, 2);
      op.align_corners = rule == 1;
      op.half_pixel_centers = rule == 2;
      const TensorId x =
          test.Input({random.Int(1, 2), random.Int(1, 11), random.Int(1, 11), random.Int(1, 20)});
      test.Check(op, {x});
    }
  }
}

}  // namespace
}  // namespace echolens

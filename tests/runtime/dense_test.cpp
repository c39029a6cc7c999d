#include <doctest/doctest.h>

#include "runtime/network_case.h"

namespace echolens {
namespace {

TEST_CASE("dense layers of random shapes") {
  for (const DataType type : kBothTypes) {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
      CAPTURE(TypeName(type));
      CAPTURE(seed);
      NetworkCase test(seed, type);
      Random& random = test.random;
      FullyConnected op;
      op.keep_dims = random.Flip();
      op.activation = random.Flip() ? Activation::kRelu : Activation::kNone;
      const int last = random.Int(1, 60), out = random.Int(1, 40);
      const Shape shape =
          random.Flip() ? Shape{random.Int(1, 5), last} : Shape{random.Int(1, 2), 3, 2, last};
      // Without keep_dims a row may span several of the last axes.
      const bool spans = !op.keep_dims && shape.size() == 4 && random.Flip();
      const TensorId x = test.Input(shape);
      const TensorId w = test.Filter({out, spans ? 6 * last : last}, random.Flip() ? 0 : -1);
      std::vector<TensorId> inputs{x, w};
      if (random.Int(0, 3) > 0) inputs.push_back(test.Bias(x, w, out));
      test.Check(op, inputs);
    }
  }
}

TEST_CASE("scales beyond what int8 dense layers can multiply by are refused") {
  NetworkCase test(1, DataType::kInt8);
  const TensorId x = test.Input({1, 8});
  test.Scale(x, 10, 0);
  const TensorId w = test.Filter({3, 8}, -1);
  test.OutputScale(1e-5F, 0);
  const Error error = test.Refused(FullyConnected{}, {x, w});
  CHECK(error.code == ErrorCode::kModelUnsupported);
  CHECK(error.detail.find("node 0 (FULLY_CONNECTED)") == 0);
}

}  // namespace
}  // namespace echolens

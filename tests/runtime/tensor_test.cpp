#include "runtime/tensor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace echolens {
namespace {

TEST_CASE("a tensor is aligned, zero, and has zeros to read behind it") {
  const Result<Tensor> tensor = Tensor::Create(DataType::kInt8, {3, 5}, {{0.5F}, {7}});
  REQUIRE(tensor.ok());
  CHECK(tensor->bytes().size() == 15);
  CHECK(tensor->data<std::int8_t>().size() == 15);
  CHECK(tensor->shape() == Shape{3, 5});
  CHECK(tensor->quantization().zero_points[0] == 7);
  CHECK(reinterpret_cast<std::uintptr_t>(tensor->bytes().data()) % kTensorAlignment == 0);
  const std::uint8_t* begin = tensor->bytes().data();
  CHECK(std::all_of(begin, begin + 15 + kTensorExtraBytes,
                    [](std::uint8_t byte) { return byte == 0; }));
}

TEST_CASE("a scalar has one element") {
  const Result<Tensor> tensor = Tensor::Create(DataType::kFloat32, {});
  REQUIRE(tensor.ok());
  CHECK(tensor->data<float>().size() == 1);
}

TEST_CASE("a shape of more bytes than there are is an error, not an overflow") {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  for (const Shape& shape :
       {Shape{kMost, kMost, kMost, kMost}, Shape{1 << 16, 1 << 16}, Shape{kMost}}) {
    CAPTURE(ShapeText(shape));
    const Result<Tensor> tensor = Tensor::Create(DataType::kFloat32, shape);
    REQUIRE_FALSE(tensor.ok());
    CHECK(tensor.error().code == ErrorCode::kOutOfMemory);
    CHECK(tensor.error().detail.find(ShapeText(shape)) != std::string::npos);
  }
}

}  // namespace
}  // namespace echolens

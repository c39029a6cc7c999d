#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "model/check.h"
#include "model/sample_models.h"

using namespace echolens;

namespace {

// The inferred shape, or the error's sentence.
std::string Inferred(const Operator& op, const std::vector<Shape>& inputs) {
  std::vector<TensorInfo> tensors;
  for (const Shape& shape : inputs) {
    tensors.push_back(Placeholder("input", DataType::kFloat32, shape));
  }
  tensors.push_back(Placeholder("output", DataType::kFloat32, {}));
  const Graph graph = OneNode(op, tensors);
  const Result<Shape> shape = InferShape(graph, 0);
  if (shape.ok()) return ShapeText(*shape);
  CHECK(shape.error().code == ErrorCode::kModelInvalid);
  const std::string name = NodeName(graph, 0) + ": ";
  CHECK(shape.error().detail.starts_with(name));
  return shape.error().detail.substr(name.size());
}

constexpr int kHuge = std::numeric_limits<std::int32_t>::max();

Conv2d Conv(Padding padding, int stride, int dilation) {
  return {padding, {stride, stride}, {dilation, dilation}};
}

}  // namespace

TEST_CASE("convolutions") {
  const Shape picture{2, 9, 8, 4};
  CHECK(Inferred(Conv(Padding::kSame, 1, 1), {picture, {5, 3, 3, 4}}) == "[2, 9, 8, 5]");
  CHECK(Inferred(Conv(Padding::kSame, 2, 1), {picture, {5, 3, 3, 4}}) == "[2, 5, 4, 5]");
  CHECK(Inferred(Conv(Padding::kValid, 1, 1), {picture, {5, 3, 2, 4}}) == "[2, 7, 7, 5]");
  CHECK(Inferred(Conv(Padding::kValid, 2, 1), {picture, {5, 3, 3, 4}}) == "[2, 4, 3, 5]");
  CHECK(Inferred(Conv(Padding::kValid, 1, 3), {picture, {5, 3, 3, 4}}) == "[2, 3, 2, 5]");
  CHECK(Inferred(Conv2d{Padding::kValid, {1, 2}, {3, 1}}, {picture, {5, 3, 3, 4}}) ==
        "[2, 3, 3, 5]");
  CHECK(Inferred(Conv(Padding::kSame, 1, 1), {picture, {6, 1, 1, 2}}) == "[2, 9, 8, 6]");
  CHECK(Inferred(Conv(Padding::kSame, 1, 1), {picture, {5, 1, 1, 2}}) ==
        "filter [5, 1, 1, 2] does not fit 4 input channels");
  CHECK(Inferred(Conv(Padding::kSame, 1, 1), {picture, {5, 1, 1, 3}}) ==
        "filter [5, 1, 1, 3] does not fit 4 input channels");
  CHECK(Inferred(Conv(Padding::kSame, 1, 1), {picture, {5, 1, 1, 8}}) ==
        "filter [5, 1, 1, 8] does not fit 4 input channels");
  CHECK(Inferred(Conv(Padding::kValid, 1, 4), {picture, {5, 3, 3, 4}}) ==
        "a window of 9 does not fit into 8");
  CHECK(Inferred(Conv(Padding::kValid, 1, kHuge), {picture, {5, kHuge, 3, 4}}) ==
        "a window of " + std::to_string((std::int64_t{kHuge} - 1) * kHuge + 1) +
            " does not fit into 9");
  CHECK(Inferred(Conv(Padding::kSame, 0, 1), {picture, {5, 3, 3, 4}}) ==
        "window 3, stride 0, dilation 1, expected 1 or more of each");
  CHECK(Inferred(Conv(Padding::kSame, 1, -1), {picture, {5, 3, 3, 4}}) ==
        "window 3, stride 1, dilation -1, expected 1 or more of each");
  CHECK(Inferred(Conv2d{}, {{9, 8, 4}, {5, 3, 3, 4}}) == "input 0 is [9, 8, 4], expected 4 axes");
  CHECK(Inferred(Conv2d{}, {picture, {5, 0, 3, 4}}) ==
        "input 1 is [5, 0, 3, 4], expected positive sizes");
  CHECK(Inferred(Conv2d{}, {picture}) == "input 1 is missing");
}

TEST_CASE("depthwise convolutions") {
  DepthwiseConv2d conv;
  CHECK(Inferred(conv, {{1, 7, 7, 4}, {1, 3, 3, 4}}) == "[1, 7, 7, 4]");
  conv.multiplier = 2;
  conv.stride = {2, 2};
  conv.padding = Padding::kValid;
  CHECK(Inferred(conv, {{1, 7, 7, 4}, {1, 3, 3, 8}}) == "[1, 3, 3, 8]");
  CHECK(Inferred(conv, {{1, 7, 7, 4}, {1, 3, 3, 4}}) ==
        "filter [1, 3, 3, 4], expected [1, height, width, 8] for 4 channels times 2");
  CHECK(Inferred(conv, {{1, 7, 7, 4}, {2, 3, 3, 8}}) ==
        "filter [2, 3, 3, 8], expected [1, height, width, 8] for 4 channels times 2");
}

TEST_CASE("dense layers") {
  CHECK(Inferred(FullyConnected{}, {{1, 8}, {3, 8}}) == "[1, 3]");
  CHECK(Inferred(FullyConnected{}, {{2, 2, 2, 4}, {3, 8}}) == "[4, 3]");
  CHECK(Inferred(FullyConnected{true}, {{2, 5, 8}, {3, 8}}) == "[2, 5, 3]");
  CHECK(Inferred(FullyConnected{}, {{1, 9}, {3, 8}}) ==
        "weights [3, 8] do not fit an input of [1, 9]");
  CHECK(Inferred(FullyConnected{true}, {{2, 4}, {3, 8}}) ==
        "weights [3, 8] do not fit an input of [2, 4]");
  CHECK(Inferred(FullyConnected{true}, {{}, {3, 8}}) == "weights [3, 8] do not fit an input of []");
  CHECK(Inferred(FullyConnected{}, {{kHuge, 4}, {3, 1}}) ==
        "an input of [2147483647, 4] is too large");
}

TEST_CASE("pooling and mean") {
  Pool2d pool{PoolKind::kMax, Padding::kValid, {2, 3}, {2, 1}};
  CHECK(Inferred(pool, {{1, 7, 7, 4}}) == "[1, 3, 5, 4]");
  pool.padding = Padding::kSame;
  CHECK(Inferred(pool, {{1, 7, 7, 4}}) == "[1, 4, 7, 4]");
  pool.size = {0, 3};
  CHECK(Inferred(pool, {{1, 7, 7, 4}}) ==
        "window 0, stride 2, dilation 1, expected 1 or more of each");
  CHECK(Inferred(Mean{}, {{2, 7, 7, 4}}) == "[2, 4]");
  CHECK(Inferred(Mean{true}, {{2, 7, 7, 4}}) == "[2, 1, 1, 4]");
  CHECK(Inferred(Mean{}, {{7, 4}}) == "input 0 is [7, 4], expected 4 axes");
}

TEST_CASE("sums and products broadcast as in NumPy") {
  CHECK(Inferred(Binary{}, {{1, 7, 7, 4}, {1, 7, 7, 4}}) == "[1, 7, 7, 4]");
  CHECK(Inferred(Binary{}, {{1, 7, 7, 4}, {4}}) == "[1, 7, 7, 4]");
  CHECK(Inferred(Binary{}, {{}, {3, 4}}) == "[3, 4]");
  CHECK(Inferred(Binary{}, {{3, 1}, {1, 5}}) == "[3, 5]");
  CHECK(Inferred(Binary{}, {{3, 4}, {3}}) == "[3, 4] and [3] do not broadcast");
}

TEST_CASE("padding") {
  CHECK(Inferred(Pad{{0, 1, 2, 0}, {0, 1, 0, 3}}, {{1, 7, 7, 4}}) == "[1, 9, 9, 7]");
  CHECK(Inferred(Pad{{0, 1}, {0, 1}}, {{1, 7, 7, 4}}) == "paddings for 2 axes, expected 4");
  CHECK(Inferred(Pad{{-1}, {0}}, {{7}}) == "paddings -1 and 0 of axis 0, expected 0 or more");
  CHECK(Inferred(Pad{{kHuge}, {kHuge}}, {{7}}) ==
        "paddings 2147483647 and 2147483647 of axis 0, expected 0 or more");
}

TEST_CASE("concatenation") {
  CHECK(Inferred(Concatenation{-1}, {{1, 2, 3}, {1, 2, 5}, {1, 2, 1}}) == "[1, 2, 9]");
  CHECK(Inferred(Concatenation{1}, {{1, 2, 3}, {1, 4, 3}}) == "[1, 6, 3]");
  CHECK(Inferred(Concatenation{1}, {{1, 2, 3}, {1, 4, 4}}) ==
        "input 1 is [1, 4, 4], expected [1, 2, 3] but for axis 1");
  CHECK(Inferred(Concatenation{1}, {{1, 2, 3}, {1, 4}}) ==
        "input 1 is [1, 4], expected [1, 2, 3] but for axis 1");
  CHECK(Inferred(Concatenation{0}, {{kHuge}, {kHuge}}) ==
        "input 1 is [2147483647], expected [2147483647] but for axis 0");
  CHECK(Inferred(Concatenation{3}, {{1, 2, 3}}) == "axis 3 of [1, 2, 3]");
  CHECK(Inferred(Concatenation{-4}, {{1, 2, 3}}) == "axis -4 of [1, 2, 3]");
}

TEST_CASE("reshaping") {
  CHECK(Inferred(Reshape{{1, 24}}, {{1, 2, 3, 4}}) == "[1, 24]");
  CHECK(Inferred(Reshape{{2, -1}}, {{1, 2, 3, 4}}) == "[2, 12]");
  CHECK(Inferred(Reshape{{}}, {{1, 1}}) == "[]");
  for (const Shape& shape :
       {Shape{1, 23}, Shape{5, -1}, Shape{-1, -1}, Shape{0, -1}, Shape{-2, -12}}) {
    CHECK(Inferred(Reshape{shape}, {{1, 2, 3, 4}}) ==
          "an input of [1, 2, 3, 4] cannot become " + ShapeText(shape));
  }
  CHECK(Inferred(Reshape{{-1}}, {{kHuge, kHuge}}) ==
        "an input of [2147483647, 2147483647] cannot become [-1]");
}

TEST_CASE("parts") {
  CHECK(Inferred(Slice{{0, 2, 0}, {1, 3, 4}}, {{1, 7, 4}}) == "[1, 3, 4]");
  CHECK(Inferred(Slice{{0, 2}, {1, 3}}, {{1, 7, 4}}) == "a part along 2 axes, expected 3");
  CHECK(Inferred(Slice{{0, 2, 0}, {1, 3}}, {{1, 7, 4}}) == "a part along 3 axes, expected 3");
  CHECK(Inferred(Slice{{0, 5}, {1, 3}}, {{1, 7}}) ==
        "elements 5 to 8 of axis 1, expected a part of 0 to 7");
  CHECK(Inferred(Slice{{0, -1}, {1, 3}}, {{1, 7}}) ==
        "elements -1 to 2 of axis 1, expected a part of 0 to 7");
  CHECK(Inferred(Slice{{0, 3}, {1, 0}}, {{1, 7}}) ==
        "elements 3 to 3 of axis 1, expected a part of 0 to 7");
  CHECK(Inferred(Slice{{kHuge}, {kHuge}}, {{7}}) ==
        "elements 2147483647 to 4294967294 of axis 0, expected a part of 0 to 7");
  CHECK(Inferred(Slice{{}, {}}, {{}}) == "a part of a scalar");
}

TEST_CASE("transposing") {
  CHECK(Inferred(Permute{{0, 3, 1, 2}}, {{1, 7, 5, 4}}) == "[1, 4, 7, 5]");
  for (const auto& axes : {Shape{0, 1, 2}, Shape{0, 1, 2, 2}, Shape{0, 1, 2, 4}, Shape{0, 1, 2, -1},
                           Shape{0, 1, 2, 3, 0}, Shape{}}) {
    CHECK(Inferred(Permute{axes}, {{1, 7, 5, 4}}) ==
          "axes " + ShapeText(axes) + ", expected each of 4 once");
  }
  CHECK(Inferred(Permute{}, {{}}) == "transpose of a scalar");
}

TEST_CASE("resizing") {
  CHECK(Inferred(ResizeBilinear{14, 3}, {{1, 7, 7, 4}}) == "[1, 14, 3, 4]");
  CHECK(Inferred(ResizeBilinear{14, 0}, {{1, 7, 7, 4}}) ==
        "target size [14, 0], expected 1 or more");
}

TEST_CASE("operators that keep the shape") {
  for (const Operator& op :
       {Operator(Unary{}), Operator(Softmax{}), Operator(Quantize{}), Operator(Dequantize{})}) {
    CHECK(Inferred(op, {{1, 2, 3}}) == "[1, 2, 3]");
  }
  CHECK(Inferred(Softmax{}, {{}}) == "softmax of a scalar");
}

TEST_CASE("multiply-adds") {
  const Graph graph = SmallNetwork(DataType::kFloat32);
  CHECK(MultiplyAdds(graph, 0) == 3 * 3 * 2 * 9);
  CHECK(MultiplyAdds(graph, 1) == 0);
  CHECK(MultiplyAdds(graph, 2) == 6);
  DepthwiseConv2d depthwise;
  depthwise.multiplier = 2;
  CHECK(MultiplyAdds(OneNode(depthwise, {Placeholder("in", DataType::kFloat32, {1, 7, 7, 4}),
                                         Placeholder("filter", DataType::kFloat32, {1, 3, 3, 8}),
                                         Placeholder("out", DataType::kFloat32, {1, 7, 7, 8})}),
                     0) == 7 * 7 * 8 * 9);
}

#include "tools/convert/lower/lower_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("convolutions: every border, stride, dilation and grouping") {
  RandomNetwork random(1);
  const Border borders[] = {
      {}, kSame, Explicit({1, 1}, {1, 1}), Explicit({0, 0}, {1, 1}), Explicit({2, 0}, {0, 1})};
  for (const Border& border : borders) {
    for (const int stride : {1, 2}) {
      for (const auto& [groups, filters] : {std::pair{1, 5}, {2, 6}, {4, 4}, {4, 8}}) {
        for (const int dilation : {1, 2}) {
          for (const bool bias : {false, true}) {
            CAPTURE(stride);
            CAPTURE(groups);
            Convolution op = random.Conv(filters, 3, 4, groups, bias);
            op.border = border;
            op.stride = {stride, stride};
            op.dilation = {dilation, dilation};
            LowerOne(op, {1, 8, 7, 4});
          }
        }
      }
    }
  }
}

TEST_CASE("a convolution without bias gets one of zeros, which LiteRT insists on") {
  for (const int groups : {1, 4}) {
    RandomNetwork net(7);
    const ValueId x = net.Input({1, 5, 5, 4});
    net.Output(net.Add("conv", net.Conv(4, 3, 4, groups, false), {x}));
    const Graph graph = CheckLowered(net).graph;
    REQUIRE(graph.nodes[0].inputs.size() == 3);
    CHECK(graph.tensors[static_cast<std::size_t>(graph.nodes[0].inputs[2])].shape == Shape{4});
  }
}

TEST_CASE("an explicit border becomes SAME or VALID where those mean the same") {
  RandomNetwork random(2);
  Convolution op = random.Conv(2, 3, 1);
  op.border = Explicit({1, 1}, {1, 1});
  CHECK(LowerOne(op, {1, 6, 6, 1}) == Names{"CONV_2D"});
  op.stride = {2, 2};
  CHECK(LowerOne(op, {1, 6, 6, 1}) == Names{"PAD", "CONV_2D"});  // SAME adds nothing in front
  CHECK(LowerOne(op, {1, 7, 7, 1}) == Names{"CONV_2D"});
  op.border = Explicit({0, 0}, {1, 1});  // no window reads what is added
  CHECK(LowerOne(op, {1, 7, 7, 1}) == Names{"CONV_2D"});
  Convolution depthwise = random.Conv(3, 3, 3, 3);
  depthwise.border = Explicit({2, 2}, {2, 2});
  CHECK(LowerOne(depthwise, {1, 5, 5, 3}) == Names{"PAD", "DEPTHWISE_CONV_2D"});
  CHECK(LowerOne(random.Conv(4, 1, 4, 2), {1, 3, 3, 4}) == Names{"CONV_2D"});
}

TEST_CASE("pooling: every border") {
  const Shape shape{1, 6, 7, 3};
  const Border borders[] = {{}, kSame, Explicit({1, 1}, {1, 1}), Explicit({0, 1}, {1, 0})};
  for (const Border& border : borders) {
    for (const int size : {2, 3}) {
      for (const int stride : {1, 2}) {
        CAPTURE(size);
        CAPTURE(stride);
        LowerBehindRelu(Pooling{PoolKind::kMax, {size, size}, {stride, stride}, border, false},
                        shape);
        for (const bool count : {false, true}) {
          LowerOne(Pooling{PoolKind::kAverage, {size, size}, {stride, stride}, border, count},
                   shape);
        }
      }
    }
  }
  CHECK(LowerOne(Pooling{PoolKind::kAverage, {3, 3}, {1, 1}, kSame, false}, shape) ==
        Names{"AVERAGE_POOL_2D"});
  CHECK(LowerOne(Pooling{PoolKind::kAverage, {3, 3}, {1, 1}, kSame, true}, shape) ==
        Names{"PAD", "AVERAGE_POOL_2D"});
  CHECK(LowerOne(Pooling{PoolKind::kAverage, {2, 2}, {1, 1}, Explicit({1, 1}, {0, 0}), false},
                 shape) == Names{"PAD", "AVERAGE_POOL_2D", "MUL"});
}

TEST_CASE("maximum pooling over a border of values that may be negative") {
  const Pooling resnet{PoolKind::kMax, {3, 3}, {2, 2}, Explicit({1, 1}, {1, 1}), false};
  CHECK(LowerBehindRelu(resnet, {1, 8, 8, 2}) == Names{"RELU", "PAD", "MAX_POOL_2D"});
  CHECK(LowerOne(resnet, {1, 8, 8, 2}) == Names{"MAX_POOL_2D", "MAX_POOL_2D"});
  const Error error = Refused(
      Pooling{PoolKind::kMax, {2, 2}, {2, 2}, Explicit({1, 1}, {1, 1}), false}, {1, 8, 8, 2});
  CHECK(error.detail ==
        "layer 1 'one' (Test): maximum pooling over a border of [1, 1] in front and [1, 1] behind, "
        "of values that may be negative; put a ReLU before it or pad as SAME does");
}

TEST_CASE("global pooling") {
  const Shape shape{1, 4, 5, 3};
  CHECK(LowerOne(GlobalPooling{PoolKind::kAverage, false}, shape) == Names{"MEAN"});
  CHECK(LowerOne(GlobalPooling{PoolKind::kAverage, true}, shape) == Names{"MEAN"});
  CHECK(LowerOne(GlobalPooling{PoolKind::kMax, false}, shape) == Names{"MAX_POOL_2D", "RESHAPE"});
  CHECK(LowerOne(GlobalPooling{PoolKind::kMax, true}, shape) == Names{"MAX_POOL_2D"});
}

TEST_CASE("resizing: every kind") {
  for (const auto kind : {ResizeKind::kBilinearHalfPixel, ResizeKind::kBilinearAlignCorners,
                          ResizeKind::kBilinearAsymmetric}) {
    CAPTURE(static_cast<int>(kind));
    for (const auto& [height, width] : {std::pair{10, 7}, {3, 4}, {5, 6}, {9, 2}}) {
      CHECK(LowerOne(ResizeLayer{kind, height, width}, {1, 5, 6, 3}) == Names{"RESIZE_BILINEAR"});
    }
  }
  for (const auto& [rows, columns] : {std::pair{1, 1}, {2, 1}, {1, 3}, {2, 2}, {6, 7}}) {
    CAPTURE(rows);
    CAPTURE(columns);
    LowerOne(ResizeLayer{ResizeKind::kNearest, 3 * rows, 4 * columns}, {1, 3, 4, 5});
  }
}

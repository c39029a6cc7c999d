#include "model/graph.h"

#include <doctest/doctest.h>

#include <limits>

#include "model/sample_models.h"

using namespace echolens;

TEST_CASE("every operator has its .tflite name") {
  CHECK(OperatorName(Conv2d{}) == "CONV_2D");
  CHECK(OperatorName(DepthwiseConv2d{}) == "DEPTHWISE_CONV_2D");
  CHECK(OperatorName(FullyConnected{}) == "FULLY_CONNECTED");
  CHECK(OperatorName(Pool2d{PoolKind::kMax}) == "MAX_POOL_2D");
  CHECK(OperatorName(Pool2d{PoolKind::kAverage}) == "AVERAGE_POOL_2D");
  CHECK(OperatorName(Mean{}) == "MEAN");
  CHECK(OperatorName(Binary{BinaryKind::kAdd}) == "ADD");
  CHECK(OperatorName(Binary{BinaryKind::kMul}) == "MUL");
  CHECK(OperatorName(Binary{BinaryKind::kSub}) == "SUB");
  CHECK(OperatorName(Pad{}) == "PAD");
  CHECK(OperatorName(Pad{{}, {}, 1}) == "PADV2");
  CHECK(OperatorName(Concatenation{}) == "CONCATENATION");
  CHECK(OperatorName(Reshape{}) == "RESHAPE");
  CHECK(OperatorName(Slice{}) == "STRIDED_SLICE");
  CHECK(OperatorName(Permute{}) == "TRANSPOSE");
  CHECK(OperatorName(ResizeBilinear{}) == "RESIZE_BILINEAR");
  CHECK(OperatorName(Unary{UnaryKind::kRelu}) == "RELU");
  CHECK(OperatorName(Unary{UnaryKind::kRelu6}) == "RELU6");
  CHECK(OperatorName(Unary{UnaryKind::kHardSwish}) == "HARD_SWISH");
  CHECK(OperatorName(Unary{UnaryKind::kLogistic}) == "LOGISTIC");
  CHECK(OperatorName(Unary{UnaryKind::kTanh}) == "TANH");
  CHECK(OperatorName(Softmax{}) == "SOFTMAX");
  CHECK(OperatorName(Quantize{}) == "QUANTIZE");
  CHECK(OperatorName(Dequantize{}) == "DEQUANTIZE");
}

TEST_CASE("a node is named by its index, its operator and its output") {
  Graph graph = SmallNetwork(DataType::kFloat32);
  CHECK(NodeName(graph, 0) == "node 0 (CONV_2D) 'features'");
  CHECK(NodeName(graph, 3) == "node 3");
  CHECK(TensorName(graph, 1) == "tensor 1 'features/kernel'");
  CHECK(TensorName(graph, 99) == "tensor 99");
  graph.nodes[0].outputs = {99};
  CHECK(NodeName(graph, 0) == "node 0 (CONV_2D)");
}

TEST_CASE("a name from a file is made fit for a message") {
  CHECK(Quoted("block3/expand") == "'block3/expand'");
  CHECK(Quoted("a\nb\x1b\xff") ==
        "'a?b?"
        "?'");
  CHECK(Quoted(std::string(81, 'x')) == "'" + std::string(80, 'x') + "...'");
}

TEST_CASE("shapes") {
  CHECK(ShapeText({}) == "[]");
  CHECK(ShapeText({1, 224, 224, 3}) == "[1, 224, 224, 3]");
  CHECK(ElementCount({}) == 1);
  CHECK(ElementCount({2, 3, 4}) == 24);
  CHECK(ElementCount({2, 0, 4}) == 0);
  CHECK(ElementCount({2, -3, 4}) == 0);
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  CHECK(ElementCount({kMost, kMost, kMost}) == std::numeric_limits<std::int64_t>::max());
  CHECK(ElementCount({kMost, kMost, kMost, 0}) == 0);
}

TEST_CASE("numbers and types in messages") {
  CHECK(NumberText(0.1f) == "0.1");
  CHECK(NumberText(1e-9) == "1e-9");
  CHECK(NumberText(-std::numeric_limits<float>::infinity()) == "-inf");
  CHECK(NumberText(std::numeric_limits<float>::quiet_NaN()) == "nan");
  CHECK(TypeName(DataType::kFloat32) == "float32");
  CHECK(TypeName(DataType::kInt8) == "int8");
  CHECK(TypeName(DataType::kInt32) == "int32");
}

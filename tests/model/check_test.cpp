#include "model/check.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "model/sample_models.h"

using namespace echolens;

namespace {

constexpr auto kFloat32 = DataType::kFloat32;
constexpr auto kInt8 = DataType::kInt8;
constexpr auto kInt32 = DataType::kInt32;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
// Of SmallNetwork.
enum : std::size_t { kPicture, kKernel, kBias, kFeatures, kPooled, kDense, kDenseBias, kLogits };

Quantization Scaled(float scale, std::int32_t zero_point = 0) { return {{scale}, {zero_point}, 0}; }

struct Wrong {
  std::function<void(Graph&)> change;
  ErrorCode code;
  std::string detail;
};

void CheckWrong(const Graph& right, const std::vector<Wrong>& table) {
  REQUIRE(CheckGraph(right).ok());
  for (const Wrong& wrong : table) {
    Graph graph = right;
    wrong.change(graph);
    const Status status = CheckGraph(graph);
    CAPTURE(wrong.detail);
    REQUIRE(!status.ok());
    CHECK(ErrorName(status.error().code) == ErrorName(wrong.code));
    CHECK(status.error().detail == wrong.detail);
  }
}

// CheckGraph of one node: "ok" or the sentence.
std::string Checked(const Operator& op, const std::vector<TensorInfo>& tensors) {
  const Graph graph = OneNode(op, tensors);
  const Status status = CheckGraph(graph);
  if (status.ok()) return "ok";
  const std::string name = NodeName(graph, 0) + ": ";
  CHECK(status.error().detail.starts_with(name));
  return status.error().detail.substr(name.size());
}

}  // namespace

TEST_CASE("a right graph passes") {
  CHECK(CheckGraph(SmallNetwork(kFloat32)).ok());
  CHECK(CheckGraph(SmallNetwork(kInt8)).ok());
}

TEST_CASE("a wrong tensor is named") {
  constexpr auto kInvalid = ErrorCode::kModelInvalid, kUnsupported = ErrorCode::kModelUnsupported;
  CheckWrong(
      SmallNetwork(kInt8),
      {
          {[](Graph& g) { g.tensors[kPicture].shape = {1, 1, 1, 1, 6, 6, 1}; }, kInvalid,
           "tensor 0 'picture': 7 axes, expected up to 6"},
          {[](Graph& g) { g.tensors[kPicture].shape = {1, 0, 6, 1}; }, kInvalid,
           "tensor 0 'picture': shape [1, 0, 6, 1], expected positive sizes and up to 1 GiB in "
           "all"},
          {[](Graph& g) { g.tensors[kPicture].shape = {65536, 65536, 65536, 65536}; }, kInvalid,
           "tensor 0 'picture': shape [65536, 65536, 65536, 65536], expected positive sizes and up "
           "to 1 GiB in all"},
          {[](Graph& g) { g.tensors[kFeatures].shape = {1, 32768, 32769, 1}; }, kInvalid,
           "tensor 3 'features': shape [1, 32768, 32769, 1], expected positive sizes and up to 1 "
           "GiB in all"},
          {[](Graph& g) { g.tensors[kKernel].data.pop_back(); }, kInvalid,
           "tensor 1 'features/kernel': 17 bytes of data, expected 18 for int8 [2, 3, 3, 1]"},
          {[](Graph& g) { g.tensors[kBias].data.resize(9); }, kInvalid,
           "tensor 2 'features/bias': 9 bytes of data, expected 8 for int32 [2]"},
          {[](Graph& g) { g.tensors[kPicture].type = kInt32; }, kUnsupported,
           "tensor 0 'picture': an int32 activation, expected float32 or int8"},
          {[](Graph& g) { g.tensors[kFeatures].quantization = {}; }, kInvalid,
           "tensor 3 'features': int8 without a scale, expected one"},
          {[](Graph& g) { g.tensors[kBias].quantization = {}; }, kInvalid,
           "tensor 2 'features/bias': int32 without a scale, expected one"},
          {[](Graph& g) { g.tensors[kPicture].type = kFloat32; }, kInvalid,
           "tensor 0 'picture': float32 with a scale, expected none"},
          {[](Graph& g) { g.tensors[kPicture].quantization.scales = {0}; }, kInvalid,
           "tensor 0 'picture': scale 0, expected positive and finite"},
          {[](Graph& g) { g.tensors[kPicture].quantization.scales = {-0.5f}; }, kInvalid,
           "tensor 0 'picture': scale -0.5, expected positive and finite"},
          {[](Graph& g) { g.tensors[kPicture].quantization.scales = {kInfinity}; }, kInvalid,
           "tensor 0 'picture': scale inf, expected positive and finite"},
          {[](Graph& g) { g.tensors[kPicture].quantization.scales = {kNan}; }, kInvalid,
           "tensor 0 'picture': scale nan, expected positive and finite"},
          {[](Graph& g) { g.tensors[kPicture].quantization.scales = {1e-40f}; }, kInvalid,
           "tensor 0 'picture': scale 1e-40, expected positive and finite"},
          {[](Graph& g) { g.tensors[kPicture].quantization.zero_points = {128}; }, kInvalid,
           "tensor 0 'picture': zero point 128, expected -128 to 127"},
          {[](Graph& g) { g.tensors[kPicture].quantization.zero_points = {-129}; }, kInvalid,
           "tensor 0 'picture': zero point -129, expected -128 to 127"},
          {[](Graph& g) { g.tensors[kPicture].quantization.zero_points = {}; }, kInvalid,
           "tensor 0 'picture': 0 zero points, expected as many as scales, 1"},
          {[](Graph& g) { g.tensors[kKernel].quantization.zero_points[1] = 1; }, kInvalid,
           "tensor 1 'features/kernel': zero point 1, expected 0"},
          {[](Graph& g) { g.tensors[kBias].quantization.zero_points[0] = 1; }, kInvalid,
           "tensor 2 'features/bias': zero point 1, expected 0"},
          {[](Graph& g) { g.tensors[kKernel].quantization = {{1, 1, 1}, {0, 0, 0}, 0}; }, kInvalid,
           "tensor 1 'features/kernel': 3 scales along axis 0 of [2, 3, 3, 1]"},
          {[](Graph& g) { g.tensors[kKernel].quantization.axis = 4; }, kInvalid,
           "tensor 1 'features/kernel': 2 scales along axis 4 of [2, 3, 3, 1]"},
          {[](Graph& g) { g.tensors[kKernel].quantization.axis = -1; }, kInvalid,
           "tensor 1 'features/kernel': 2 scales along axis -1 of [2, 3, 3, 1]"},
          {[](Graph& g) { g.tensors[kPooled].quantization = {{1, 1}, {0, 0}, 1}; }, kUnsupported,
           "tensor 4 'pooled': an activation with a scale for each channel, expected one scale"},
      });
}

TEST_CASE("a wrong connection is named") {
  constexpr auto kInvalid = ErrorCode::kModelInvalid, kUnsupported = ErrorCode::kModelUnsupported;
  CheckWrong(
      SmallNetwork(kFloat32),
      {
          {[](Graph& g) { g.inputs.clear(); }, kInvalid,
           "graph: 0 inputs, 1 outputs, 3 nodes, expected one at least of each"},
          {[](Graph& g) { g.outputs.clear(); }, kInvalid,
           "graph: 1 inputs, 0 outputs, 3 nodes, expected one at least of each"},
          {[](Graph& g) { g.nodes.clear(); }, kInvalid,
           "graph: 1 inputs, 1 outputs, 0 nodes, expected one at least of each"},
          {[](Graph& g) { g.inputs = {8}; }, kInvalid,
           "graph input 0: tensor index 8, expected under 8"},
          {[](Graph& g) { g.inputs = {-1}; }, kInvalid,
           "graph input 0: tensor index -1, expected under 8"},
          {[](Graph& g) { g.inputs = {0, 0}; }, kInvalid,
           "graph input 1: tensor 0 'picture' has a value already, expected one writer"},
          {[](Graph& g) { g.inputs = {kKernel}; }, kInvalid,
           "graph input 0: tensor 1 'features/kernel' has a value already, expected one writer"},
          {[](Graph& g) { g.inputs = {kPooled}; }, kInvalid,
           "node 0 (CONV_2D) 'features': tensor 0 'picture' is read before it has a value, "
           "expected "
           "execution order"},
          {[](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }, kInvalid,
           "node 0 (MEAN) 'pooled': tensor 3 'features' is read before it has a value, expected "
           "execution order"},
          {[](Graph& g) { g.nodes[1].outputs = {kFeatures}; }, kInvalid,
           "node 1 (MEAN) 'features': tensor 3 'features' has a value already, expected one "
           "writer"},
          {[](Graph& g) { g.nodes[1].outputs = {kKernel}; }, kInvalid,
           "node 1 (MEAN) 'features/kernel': tensor 1 'features/kernel' has a value already, "
           "expected one writer"},
          {[](Graph& g) { g.nodes[1].outputs = {8}; }, kInvalid,
           "node 1 (MEAN): tensor index 8, expected under 8"},
          {[](Graph& g) { g.nodes[1].outputs = {}; }, kInvalid,
           "node 1 (MEAN): 0 outputs, expected 1"},
          {[](Graph& g) { g.nodes[1].inputs = {-7}; }, kInvalid,
           "node 1 (MEAN) 'pooled': tensor index -7, expected under 8"},
          {[](Graph& g) { g.nodes[1].inputs = {}; }, kInvalid,
           "node 1 (MEAN) 'pooled': 0 inputs, expected 1"},
          {[](Graph& g) { g.nodes[0].inputs = {kPicture}; }, kInvalid,
           "node 0 (CONV_2D) 'features': 1 inputs, expected 2 or more"},
          {[](Graph& g) { g.nodes[0].inputs[1] = kNoTensor; }, kInvalid,
           "node 0 (CONV_2D) 'features': tensor index -1, expected under 8"},
          {[](Graph& g) { g.nodes[0].inputs[0] = kKernel; }, kUnsupported,
           "node 0 (CONV_2D) 'features': input 0 is a constant, expected an activation"},
          {[](Graph& g) { g.nodes[0].inputs = {kPicture, kKernel, kPicture}; }, kUnsupported,
           "node 0 (CONV_2D) 'features': its weights or biases are computed at run time, expected "
           "constants"},
          {[](Graph& g) { g.tensors[kFeatures].shape = {1, 3, 3, 3}; }, kInvalid,
           "node 0 (CONV_2D) 'features': output is [1, 3, 3, 3], expected [1, 3, 3, 2]"},
          {[](Graph& g) { g.outputs = {8}; }, kInvalid,
           "graph output 0: tensor index 8, expected under 8"},
          {[](Graph& g) { g.outputs = {kDense}; }, kInvalid,
           "graph output 0: tensor 5 'logits/kernel' is written by no node"},
          {[](Graph& g) { g.nodes.pop_back(); }, kInvalid,
           "graph output 0: tensor 7 'logits' is written by no node"},
          {[](Graph& g) { g.outputs = {kLogits, kFeatures, kLogits}; }, kUnsupported,
           "graph output 2: tensor 7 'logits' is an input or an output already"},
          {[](Graph& g) { g.outputs = {kPicture}; }, kUnsupported,
           "graph output 0: tensor 0 'picture' is an input or an output already"},
      });
}

TEST_CASE("several outputs, one of them read on, and an absent bias are right") {
  Graph graph = SmallNetwork(kFloat32);
  graph.outputs = {kLogits, kFeatures};
  graph.nodes[0].inputs[2] = kNoTensor;
  graph.nodes[2].inputs.pop_back();
  CHECK(CheckGraph(graph).ok());
}

TEST_CASE("wrong weights and biases are named") {
  constexpr auto kInvalid = ErrorCode::kModelInvalid, kUnsupported = ErrorCode::kModelUnsupported;
  CheckWrong(
      SmallNetwork(kInt8),
      {
          {[](Graph& g) { g.tensors[kBias] = Constant("bias", kInt32, {1}, {1}, Scaled(0.125f)); },
           kInvalid, "node 0 (CONV_2D) 'features': the bias is [1], expected [2]"},
          {[](Graph& g) {
             g.tensors[kBias] = Constant("bias", kInt32, {1, 2}, {1, 1}, Scaled(0.125f));
           },
           kInvalid, "node 0 (CONV_2D) 'features': the bias is [1, 2], expected [2]"},
          {[](Graph& g) { g.tensors[kBias] = Constant("bias", kFloat32, {2}, {1, 1}); }, kInvalid,
           "node 0 (CONV_2D) 'features': input 2 is float32, expected int32"},
          {[](Graph& g) { g.tensors[kBias].quantization.scales[1] = 0.0626f; }, kInvalid,
           "node 0 (CONV_2D) 'features': scale 0.06260000169277191 of bias 1, expected input times "
           "weight, 0.0625"},
          {[](Graph& g) { g.tensors[kBias].quantization = Scaled(0.125f); }, kInvalid,
           "node 0 (CONV_2D) 'features': scale 0.125 of bias 1, expected input times weight, "
           "0.0625"},
          {[](Graph& g) {
             g.tensors[kKernel] =
                 Constant("kernel", kFloat32, {2, 3, 3, 1}, std::vector<float>(18));
           },
           kInvalid, "node 0 (CONV_2D) 'features': input 1 is float32, expected int8"},
          {[](Graph& g) { g.tensors[kDense].quantization = {{0.5f, 0.5f}, {0, 0}, 1}; },
           kUnsupported,
           "node 2 (FULLY_CONNECTED) 'logits': weights scaled along axis 1, expected 0"},
          {[](Graph& g) { g.tensors[kDense].quantization.zero_points = {1}; }, kUnsupported,
           "node 2 (FULLY_CONNECTED) 'logits': weights with zero point 1, expected 0"},
          {[](Graph& g) {
             g.tensors[kLogits].type = kFloat32;
             g.tensors[kLogits].quantization = {};
           },
           kInvalid, "node 2 (FULLY_CONNECTED) 'logits': output is float32, expected int8"},
      });
  CheckWrong(SmallNetwork(kFloat32),
             {{[](Graph& g) {
                 g.tensors[kDense] =
                     Constant("kernel", kInt8, {3, 2}, std::vector<float>(6), Scaled(1));
               },
               kUnsupported,
               "node 2 (FULLY_CONNECTED) 'logits': float32 activations with int8 weights "
               "(dynamic-range quantised); convert the model in full int8 or in float32"}});
}

TEST_CASE("a depthwise filter is scaled along its last axis") {
  DepthwiseConv2d conv;
  conv.multiplier = 2;
  std::vector<TensorInfo> tensors = {
      Placeholder("in", kInt8, {1, 4, 4, 1}, Scaled(1)),
      Constant("filter", kInt8, {1, 1, 1, 2}, {1, 2}, {{0.5f, 0.25f}, {0, 0}, 3}),
      Constant("bias", kInt32, {2}, {1, 2}, {{0.5f, 0.25f}, {0, 0}, 0}),
      Placeholder("out", kInt8, {1, 4, 4, 2}, Scaled(1)),
  };
  CHECK(Checked(conv, tensors) == "ok");
  tensors[2] = Constant("bias", kInt32, {1}, {1}, Scaled(0.5f));
  CHECK(Checked(conv, tensors) == "the bias is [1], expected [2]");
}

TEST_CASE("stored values pass through some operators, so their scales are one") {
  const auto in = Placeholder("in", kInt8, {1, 4, 4, 1}, Scaled(0.5f, 1));
  const auto out = [](Shape shape, float scale, std::int32_t zero_point) {
    return Placeholder("out", kInt8, std::move(shape), Scaled(scale, zero_point));
  };
  struct Moving {
    Operator op;
    Shape shape;
  };
  for (const auto& [op, shape] :
       {Moving{Pool2d{}, {1, 4, 4, 1}}, Moving{Pool2d{PoolKind::kAverage}, {1, 4, 4, 1}},
        Moving{Pad{{0, 0, 0, 0}, {0, 1, 0, 0}}, {1, 5, 4, 1}}, Moving{Reshape{{16}}, {16}},
        Moving{Slice{{0, 1, 2, 0}, {1, 3, 2, 1}}, {1, 3, 2, 1}},
        Moving{Permute{{0, 3, 1, 2}}, {1, 1, 4, 4}}, Moving{ResizeBilinear{8, 8}, {1, 8, 8, 1}}}) {
    CHECK(Checked(op, {in, out(shape, 0.5f, 1)}) == "ok");
    for (const auto& other : {out(shape, 0.25f, 1), out(shape, 0.5f, 2)}) {
      CHECK(Checked(op, {in, other}) ==
            "input 0 and output differ in scale or zero point, expected the same");
    }
  }
  for (const Operator& op :
       {Operator(Unary{}), Operator(Softmax{}), Operator(Quantize{}), Operator(Concatenation{})}) {
    CHECK(Checked(op, {in, out({1, 4, 4, 1}, 0.25f, 2)}) == "ok");
  }
}

TEST_CASE("what is padded with is a number") {
  const auto checked = [](DataType type, float value) {
    const Quantization scale = type == kInt8 ? Scaled(1) : Quantization{};
    return Checked(Pad{{1}, {0}, value},
                   {Placeholder("in", type, {2}, scale), Placeholder("out", type, {3}, scale)});
  };
  CHECK(checked(kFloat32, -kInfinity) == "ok");
  CHECK(checked(kInt8, 1e30F) == "ok");
  CHECK(checked(kFloat32, kNan) == "it pads with nan, expected a number");
  CHECK(checked(kInt8, kInfinity) == "it pads with inf, expected a number");
}

TEST_CASE("types of each operator") {
  const Shape shape{1, 4};
  const auto real = [&](const char* name) { return Placeholder(name, kFloat32, shape); };
  const auto stored = [&](const char* name) { return Placeholder(name, kInt8, shape, Scaled(1)); };
  for (const Operator& op : {Operator(Unary{}), Operator(Softmax{}), Operator(Reshape{shape}),
                             Operator(Concatenation{})}) {
    CHECK(Checked(op, {real("in"), real("out")}) == "ok");
    CHECK(Checked(op, {stored("in"), stored("out")}) == "ok");
    CHECK(Checked(op, {real("in"), stored("out")}) == "input 0 is float32, expected int8");
    CHECK(Checked(op, {stored("in"), real("out")}) == "input 0 is int8, expected float32");
  }
  CHECK(Checked(Quantize{}, {real("in"), stored("out")}) == "ok");
  CHECK(Checked(Quantize{}, {real("in"), real("out")}) == "output is float32, expected int8");
  CHECK(Checked(Dequantize{}, {stored("in"), real("out")}) == "ok");
  CHECK(Checked(Dequantize{}, {real("in"), real("out")}) == "input 0 is float32, expected int8");
  CHECK(Checked(Dequantize{}, {stored("in"), stored("out")}) == "output is int8, expected float32");

  CHECK(Checked(Binary{}, {real("a"), stored("b"), real("out")}) ==
        "input 1 is int8, expected float32");
  const auto constant = Constant("b", kFloat32, {4}, {1, 2, 3, 4});
  CHECK(Checked(Binary{}, {real("a"), constant, real("out")}) == "ok");
  CHECK(Checked(Binary{}, {constant, real("a"), real("out")}) == "ok");
  const auto channels = Constant("b", kInt8, {4}, {1, 2, 3, 4}, {{1, 1, 1, 1}, {0, 0, 0, 0}, 0});
  CHECK(Checked(Binary{}, {stored("a"), channels, stored("out")}) ==
        "input 1 has a scale for each channel, expected one scale");
}

TEST_CASE("constants where data are expected") {
  const auto constant = Constant("b", kFloat32, {4}, {1, 2, 3, 4});
  const auto real = [](const char* name, Shape shape) {
    return Placeholder(name, kFloat32, std::move(shape));
  };
  CHECK(Checked(Concatenation{}, {real("a", {4}), constant, real("out", {8})}) ==
        "input 1 is a constant, expected an activation");
  Graph sum = OneNode(Binary{}, {constant, constant, real("out", {4})});
  sum.tensors.push_back(real("unused", {4}));
  sum.inputs = {3};
  const Status status = CheckGraph(sum);
  REQUIRE(!status.ok());
  CHECK(status.error().detail ==
        "node 0 (ADD) 'out': input 0 is a constant, expected an activation");
}

TEST_CASE("attributes without a meaning") {
  const auto real = [](Shape shape) { return Placeholder("t", kFloat32, std::move(shape)); };
  CHECK(Checked(Softmax{0}, {real({1, 4}), real({1, 4})}) == "beta 0, expected a positive number");
  CHECK(Checked(Softmax{-1}, {real({1, 4}), real({1, 4})}) ==
        "beta -1, expected a positive number");
  CHECK(Checked(Softmax{kNan}, {real({1, 4}), real({1, 4})}) ==
        "beta nan, expected a positive number");
  CHECK(Checked(ResizeBilinear{2, 2, true, true}, {real({1, 4, 4, 1}), real({1, 2, 2, 1})}) ==
        "both align_corners and half_pixel_centers, expected one at most");
  CHECK(Checked(Concatenation{-1, Activation::kRelu}, {real({1, 4}), real({1, 4})}) ==
        "a fused activation, expected none");
}

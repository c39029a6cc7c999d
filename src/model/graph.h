// The neutral network: what the .tflite reader makes, the writer and the runtime take, and the
// converter builds. Activations are NHWC. Operator attributes that .tflite keeps in constant
// tensors (paddings, axes, target shapes) are plain fields here, so a node's inputs are data only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace echolens {

enum class DataType : std::uint8_t { kFloat32, kInt8, kInt32 };

// Bytes of one element.
constexpr std::size_t ElementSize(DataType type) { return type == DataType::kInt8 ? 1 : 4; }

// real = scale * (stored - zero_point). One entry for the whole tensor, or one a channel along
// `axis` (weights and biases: zero points are 0 then). Empty: not quantised.
struct Quantization {
  std::vector<float> scales;
  std::vector<std::int32_t> zero_points;
  int axis = 0;

  bool empty() const { return scales.empty(); }
  bool per_channel() const { return scales.size() > 1; }

  bool operator==(const Quantization&) const = default;
};

using Shape = std::vector<std::int32_t>;
inline constexpr std::size_t kMaxRank = 6;  // axes of a tensor, as in XNNPACK

struct TensorInfo {
  std::string name;
  DataType type = DataType::kFloat32;
  Shape shape;
  Quantization quantization;
  std::vector<std::uint8_t> data;  // constants only, little-endian; empty for activations

  bool constant() const { return !data.empty(); }

  bool operator==(const TensorInfo&) const = default;
};

enum class Padding : std::uint8_t { kSame, kValid };  // TensorFlow's rules

// Clamp applied to a node's output.
enum class Activation : std::uint8_t { kNone, kRelu, kRelu6, kReluN1To1 };

// Inputs: activation, filter [out, kh, kw, in / groups], bias [out] (optional). Groups follow from
// the shapes.
struct Conv2d {
  Padding padding = Padding::kSame;
  std::array<int, 2> stride{1, 1};    // height, width
  std::array<int, 2> dilation{1, 1};  // height, width
  Activation activation = Activation::kNone;

  bool operator==(const Conv2d&) const = default;
};

// Inputs: activation, filter [1, kh, kw, in * multiplier], bias (optional).
struct DepthwiseConv2d {
  Padding padding = Padding::kSame;
  std::array<int, 2> stride{1, 1};
  std::array<int, 2> dilation{1, 1};
  int multiplier = 1;
  Activation activation = Activation::kNone;

  bool operator==(const DepthwiseConv2d&) const = default;
};

// Inputs: activation, weights [out, in], bias [out] (optional).
struct FullyConnected {
  bool keep_dims = false;  // true: only the last axis is replaced; false: output is [batch, out]
  Activation activation = Activation::kNone;

  bool operator==(const FullyConnected&) const = default;
};

enum class PoolKind : std::uint8_t { kMax, kAverage };

struct Pool2d {
  PoolKind kind = PoolKind::kMax;
  Padding padding = Padding::kValid;
  std::array<int, 2> size{1, 1};
  std::array<int, 2> stride{1, 1};
  Activation activation = Activation::kNone;

  bool operator==(const Pool2d&) const = default;
};

// Mean over height and width.
struct Mean {
  bool keep_dims = false;

  bool operator==(const Mean&) const = default;
};

enum class BinaryKind : std::uint8_t { kAdd, kMul, kSub };

// Inputs: two tensors, NumPy broadcasting; either may be constant.
struct Binary {
  BinaryKind kind = BinaryKind::kAdd;
  Activation activation = Activation::kNone;

  bool operator==(const Binary&) const = default;
};

// One entry an axis.
struct Pad {
  std::vector<std::int32_t> before, after;
  float value = 0;  // what is padded with, a real number; int8 stores the nearest that it has

  bool operator==(const Pad&) const = default;
};

struct Concatenation {
  int axis = -1;  // may be negative: from the end
  Activation activation = Activation::kNone;

  bool operator==(const Concatenation&) const = default;
};

struct Reshape {
  Shape shape;  // at most one -1

  bool operator==(const Reshape&) const = default;
};

// A part of the input, one entry an axis: `size` elements from `begin` on.
struct Slice {
  Shape begin, size;

  bool operator==(const Slice&) const = default;
};

// Output axis i is input axis axes[i].
struct Permute {
  std::vector<std::int32_t> axes;

  bool operator==(const Permute&) const = default;
};

struct ResizeBilinear {
  int height = 0, width = 0;
  bool align_corners = false;
  bool half_pixel_centers = false;

  bool operator==(const ResizeBilinear&) const = default;
};

enum class UnaryKind : std::uint8_t { kRelu, kRelu6, kHardSwish, kLogistic, kTanh };

struct Unary {
  UnaryKind kind = UnaryKind::kRelu;

  bool operator==(const Unary&) const = default;
};

// Over the last axis.
struct Softmax {
  float beta = 1;

  bool operator==(const Softmax&) const = default;
};

// float32 -> int8, or int8 -> int8 of another scale.
struct Quantize {
  bool operator==(const Quantize&) const = default;
};

// int8 -> float32.
struct Dequantize {
  bool operator==(const Dequantize&) const = default;
};

using Operator =
    std::variant<Conv2d, DepthwiseConv2d, FullyConnected, Pool2d, Mean, Binary, Pad, Concatenation,
                 Reshape, Slice, Permute, ResizeBilinear, Unary, Softmax, Quantize, Dequantize>;

// One function a kind of operator, for std::visit(Overloaded{[](const Conv2d& op) {…}, …},
// node.op).
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

using TensorId = std::int32_t;  // index into Graph::tensors
inline constexpr TensorId kNoTensor = -1;

struct Node {
  Operator op;
  std::vector<TensorId> inputs;  // kNoTensor: an optional input that is absent
  std::vector<TensorId> outputs;

  bool operator==(const Node&) const = default;
};

// Nodes stand in execution order.
struct Graph {
  std::string name;
  std::vector<TensorInfo> tensors;
  std::vector<Node> nodes;
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;

  bool operator==(const Graph&) const = default;
};

// "CONV_2D", "MAX_POOL_2D", …: the .tflite name of a node's operator.
std::string OperatorName(const Operator& op);

// "node 12 (CONV_2D) 'block3/expand'": how errors and reports name a node. The name is its
// output's.
std::string NodeName(const Graph& graph, std::size_t node);

// "tensor 7 'block3/expand/kernel'".
std::string TensorName(const Graph& graph, TensorId tensor);

// The name in single quotes, fit for a message: printable ASCII (the rest as '?'), at most 80
// characters.
std::string Quoted(std::string_view name);

// The shortest decimal that reads back as the same number, laid out as JavaScript does: "0.1",
// "0.00001", "1e-7", "nan", "inf".
std::string NumberText(float number);
std::string NumberText(double number);

// "[1, 224, 224, 3]".
std::string ShapeText(const Shape& shape);

// "float32", "int8", "int32".
std::string_view TypeName(DataType type);

// Elements of a shape; 0 or more, saturating at INT64_MAX.
std::int64_t ElementCount(const Shape& shape);

}  // namespace echolens

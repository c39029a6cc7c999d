// A trained network as its file describes it: what every reader (Keras, ONNX) makes and what
// folding, lowering and the reference evaluator take. Layers keep the meaning they had where they
// were trained; nothing is fused or rounded yet. Activations are NHWC with a batch of 1 in front,
// as in model/graph.h; a reader of an NCHW format transposes weights and says Transpose where the
// order shows.
//
//   SourceNetwork network;
//   ECHOLENS_ASSIGN(const ValueId image, AddInput(network, "image", {1, 96, 96, 1}));
//   ECHOLENS_ASSIGN(const ValueId y, AddNode(network, "layer 2 'conv1' (Conv2D)", Convolution{…},
//   {image})); network.outputs = {y};
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

using ValueId = std::int32_t;  // index into SourceNetwork::values

// How a window meets the edges of the picture.
struct Border {
  enum class Kind : std::uint8_t {
    kSame,
    kValid,
    kExplicit
  };  // the first two by TensorFlow's rules
  Kind kind = Kind::kValid;
  std::array<int, 2> before{0, 0};  // height, width; explicit only
  std::array<int, 2> after{0, 0};

  bool operator==(const Border&) const = default;
};

// Any number of groups; one input channel a group is a depthwise convolution. Pads with 0.
struct Convolution {
  Shape kernel_shape;  // [out, height, width, in / groups]
  std::vector<float> kernel;
  std::vector<float> bias;  // [out], or empty: none
  int groups = 1;
  std::array<int, 2> stride{1, 1};  // height, width
  std::array<int, 2> dilation{1, 1};
  Border border;
};

// y = weights · x + bias over the last axis.
struct Dense {
  std::array<int, 2> weights_shape{0, 0};  // [out, in]
  std::vector<float> weights;
  std::vector<float> bias;  // [out], or empty
};

// gamma · (x − mean) / sqrt(variance + epsilon) + beta, a value a channel (last axis).
struct BatchNormalization {
  std::vector<float> gamma, beta;  // empty: 1, 0
  std::vector<float> mean, variance;
  double epsilon = 1e-3;
};

// x · scale + offset; one value, or one a channel (last axis). Rescaling and Normalization layers.
struct Affine {
  std::vector<double> scale, offset;
};

enum class ActivationKind : std::uint8_t {
  kRelu,
  kSigmoid,
  kTanh,
  kSilu,
  kHardSwish,    // silu = x · sigmoid(x); hard swish = x · relu6(x + 3) / 6
  kHardSigmoid,  // clip(alpha · x + beta, 0, 1)
  kClip,         // clip(x, alpha, beta); relu6 is clip(x, 0, 6)
  kSoftmax,      // over the last axis
};
struct ActivationLayer {
  ActivationKind kind = ActivationKind::kRelu;
  double alpha = 0, beta = 0;
};

struct Pooling {
  PoolKind kind = PoolKind::kMax;
  std::array<int, 2> size{1, 1};
  std::array<int, 2> stride{1, 1};
  Border border;  // the edge counts as −∞ for the maximum
  bool count_border =
      false;  // average: divide by the whole window, edge as zeros (ONNX count_include_pad)
};

// Over height and width.
struct GlobalPooling {
  PoolKind kind = PoolKind::kAverage;
  bool keep_dims = false;
};

// NumPy broadcasting.
enum class ArithmeticKind : std::uint8_t { kAdd, kSubtract, kMultiply };
struct Arithmetic {
  ArithmeticKind kind = ArithmeticKind::kAdd;
};

struct ConstantValue {
  Shape shape;
  std::vector<float> data;
};

struct Concatenate {
  int axis = -1;  // of the NHWC shape; negative: from the end
};

// Same elements, same order.
struct ReshapeLayer {
  Shape shape;  // no −1
};

// output axis i is input axis permutation[i].
struct Transpose {
  std::vector<int> permutation;
};

struct PadLayer {
  std::vector<int> before, after;  // one an axis
  float value = 0;
};

// `size` elements from `begin` on, one of each an axis.
struct SliceLayer {
  std::vector<int> begin, size;
};

enum class ResizeKind : std::uint8_t {
  kBilinearHalfPixel,  // half_pixel_centers; Keras, PyTorch align_corners=False
  kBilinearAlignCorners,
  kBilinearAsymmetric,  // TensorFlow 1: neither
  kNearest,             // by whole factors only
};
struct ResizeLayer {
  ResizeKind kind = ResizeKind::kBilinearHalfPixel;
  int height = 0, width = 0;
};

// The source rounds here (QuantizeLinear then DequantizeLinear): scales that int8 keeps. Signed 8
// bit; a reader shifts uint8 zero points by −128.
struct FakeQuantize {
  float scale = 1;
  std::int32_t zero_point = 0;
};

using SourceOp =
    std::variant<Convolution, Dense, BatchNormalization, Affine, ActivationLayer, Pooling,
                 GlobalPooling, Arithmetic, ConstantValue, Concatenate, ReshapeLayer, Transpose,
                 PadLayer, SliceLayer, ResizeLayer, FakeQuantize>;

struct SourceValue {
  std::string name;  // as graphs and reports name it
  Shape shape;
};

struct SourceNode {
  std::string place;  // for errors and --explain: "layer 12 'block3_expand' (Conv2D)", "node 7
                      // '/features/0' (Conv)"
  SourceOp op;
  std::vector<ValueId> inputs;
  ValueId output = 0;
};

// Nodes stand in execution order; every value is written once.
struct SourceNetwork {
  std::string name;
  std::vector<SourceValue> values;
  std::vector<SourceNode> nodes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
};

// A new network input.
Result<ValueId> AddInput(SourceNetwork& network, const std::string& name, const Shape& shape);

// Appends a node; its output, named `name` (by default after `place`'s quoted part), gets the shape
// that InferSourceShape says. Errors: kSourceCorrupt or kSourceUnsupported, `place` first: weights
// of the wrong length, shapes that do not fit, values that are not finite.
Result<ValueId> AddNode(SourceNetwork& network, const std::string& place, SourceOp op,
                        const std::vector<ValueId>& inputs, const std::string& name = {});

// Shape of a node's output, with every check of AddNode. Errors as there, without the place.
Result<Shape> InferSourceShape(const SourceOp& op, const std::vector<Shape>& inputs);

// "conv1" of "layer 2 'conv1' (Conv2D)".
std::string LayerName(const std::string& place);

// Rows or columns added before and after by a window of `size` (already dilated), the same for
// every user of Border.
struct BorderSize {
  int before = 0, after = 0, output = 0;
};
BorderSize BorderOf(const Border& border, std::size_t axis, int input, int window, int stride);

}  // namespace echolens::convert

// Convolutions, pooling and resizing. TensorFlow's operators know two borders, SAME and VALID; any
// other becomes a PAD.
#include <algorithm>
#include <optional>

#include "convert/lower/layers.h"
#include "convert/reach.h"

namespace echolens::convert {
namespace {

// TensorFlow's padding that reaches as far, if there is one.
std::optional<Padding> PaddingOf(const Reach& reach, const Shape& in,
                                 const std::array<int, 2>& size, const std::array<int, 2>& stride,
                                 const std::array<int, 2>& dilation) {
  const Border same{Border::Kind::kSame, {}, {}};
  if (reach.none()) return Padding::kValid;
  if (reach == ReachOf(same, in, size, stride, dilation)) return Padding::kSame;
  return std::nullopt;
}

TensorId EmitPad(LowerBuilder& builder, TensorId x, const Reach& reach) {
  return builder.Emit(
      Pad{{0, reach.before[0], reach.before[1], 0}, {0, reach.after[0], reach.after[1], 0}}, {x});
}

// The filter as DEPTHWISE_CONV_2D takes it: [out, height, width, 1] as [1, height, width, out].
std::vector<float> OutputsLast(const Convolution& op) {
  const auto filters = static_cast<std::size_t>(op.kernel_shape[0]);
  const std::size_t places = op.kernel.size() / filters;
  std::vector<float> kernel(op.kernel.size());
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    kernel[i] = op.kernel[i % filters * places + i / filters];
  }
  return kernel;
}

// Maximum pooling that no PAD of zeros stands in for. Around a window of stride 1, SAME adds
// (size − 1) / 2 in front; every stride-th of its answers is what was asked for.
std::optional<TensorId> MaximumByThinning(LowerBuilder& builder, const Pooling& op,
                                          const Reach& reach) {
  const Shape in = builder.input_shape();
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const int output =
        BorderOf(op.border, axis, in[axis + 1], op.size[axis], op.stride[axis]).output;
    const bool fits = reach.before[axis] == (op.size[axis] - 1) / 2 &&
                      output == (in[axis + 1] - 1) / op.stride[axis] + 1;
    if (!fits) return std::nullopt;
  }
  const TensorId all =
      builder.Emit(Pool2d{PoolKind::kMax, Padding::kSame, op.size, {1, 1}}, {builder.input()});
  return builder.Emit(Pool2d{PoolKind::kMax, Padding::kValid, {1, 1}, op.stride}, {all});
}

// By how much a mean over the whole window is too small where it reaches over the edge.
TensorId EmitBorderShares(LowerBuilder& builder, const Pooling& op, const Reach& reach,
                          TensorId means) {
  const Shape in = builder.input_shape();
  const Shape out = builder.ShapeOf(means);
  const auto inside = [&](std::size_t axis, int at) {
    const int first = at * op.stride[axis] - reach.before[axis];
    return std::min(first + op.size[axis], in[axis + 1]) - std::max(first, 0);
  };
  std::vector<float> shares;
  for (int y = 0; y < out[1]; ++y) {
    for (int x = 0; x < out[2]; ++x) {
      const int pixels = std::max(inside(0, y), 0) * std::max(inside(1, x), 0);
      const float window = static_cast<float>(op.size[0] * op.size[1]);
      shares.push_back(pixels == 0 ? 0 : window / static_cast<float>(pixels));
    }
  }
  const TensorId factor = builder.Constant("shares", {1, out[1], out[2], 1}, shares);
  return builder.Emit(Binary{BinaryKind::kMul, Activation::kNone}, {means, factor});
}

// x, repeated `times` along a new axis before the `inner` last elements.
TensorId Repeat(LowerBuilder& builder, TensorId x, int outer, int inner, int times) {
  if (times == 1) return x;
  const TensorId apart = builder.Emit(Reshape{{1, outer, 1, inner}}, {x});
  return builder.Emit(Concatenation{2, Activation::kNone},
                      std::vector<TensorId>(static_cast<std::size_t>(times), apart));
}

}  // namespace

Result<TensorId> LowerLayer(LowerBuilder& builder, const Convolution& op) {
  const std::int32_t filters = op.kernel_shape[0];
  const std::array<int, 2> size{op.kernel_shape[1], op.kernel_shape[2]};
  const Shape in = builder.input_shape();
  const Reach reach = ReachOf(op.border, in, size, op.stride, op.dilation);
  const auto padding = PaddingOf(reach, in, size, op.stride, op.dilation);
  std::vector<TensorId> inputs{builder.input()};
  if (!padding) inputs[0] = EmitPad(builder, builder.input(), reach);

  const bool depthwise = op.groups > 1 && op.kernel_shape[3] == 1;
  inputs.push_back(depthwise
                       ? builder.Constant("kernel", {1, size[0], size[1], filters}, OutputsLast(op))
                       : builder.Constant("kernel", op.kernel_shape, op.kernel));
  // LiteRT loads no CONV_2D without a bias.
  const std::vector<float> zeros(static_cast<std::size_t>(filters));
  inputs.push_back(builder.Constant("bias", {filters}, op.bias.empty() ? zeros : op.bias));
  if (!depthwise)
    return builder.Emit(Conv2d{padding.value_or(Padding::kValid), op.stride, op.dilation}, inputs);
  return builder.Emit(DepthwiseConv2d{padding.value_or(Padding::kValid), op.stride, op.dilation,
                                      filters / op.groups},
                      inputs);
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const Pooling& op) {
  const Shape in = builder.input_shape();
  const Reach reach = ReachOf(op.border, in, op.size, op.stride, {1, 1});
  const auto padding = PaddingOf(reach, in, op.size, op.stride, {1, 1});
  const bool count_border = op.count_border && op.kind == PoolKind::kAverage;
  if (padding && !(count_border && *padding == Padding::kSame)) {
    return builder.Emit(Pool2d{op.kind, *padding, op.size, op.stride}, {builder.input()});
  }
  if (op.kind == PoolKind::kMax && !builder.input_never_negative()) {
    if (const auto thinned = MaximumByThinning(builder, op, reach)) return *thinned;
    return builder.Unsupported(
        "maximum pooling over a border of " + ShapeText({reach.before[0], reach.before[1]}) +
        " in front and " + ShapeText({reach.after[0], reach.after[1]}) +
        " behind, of values that may be negative; put a ReLU before it or pad as SAME does");
  }
  const TensorId padded = EmitPad(builder, builder.input(), reach);
  const TensorId pooled =
      builder.Emit(Pool2d{op.kind, Padding::kValid, op.size, op.stride}, {padded});
  if (op.kind == PoolKind::kMax || op.count_border) return pooled;
  return EmitBorderShares(builder, op, reach, pooled);
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const GlobalPooling& op) {
  if (op.kind == PoolKind::kAverage) return builder.Emit(Mean{op.keep_dims}, {builder.input()});
  const Shape in = builder.input_shape();
  const TensorId most = builder.Emit(
      Pool2d{PoolKind::kMax, Padding::kValid, {in[1], in[2]}, {1, 1}}, {builder.input()});
  if (op.keep_dims) return most;
  return builder.Emit(Reshape{{in[0], in[3]}}, {most});
}

// Nearest neighbour: every pixel joined with itself, then every row.
Result<TensorId> LowerLayer(LowerBuilder& builder, const ResizeLayer& op) {
  const Shape in = builder.input_shape();
  if (op.kind != ResizeKind::kNearest) {
    return builder.Emit(
        ResizeBilinear{op.height, op.width, op.kind == ResizeKind::kBilinearAlignCorners,
                       op.kind == ResizeKind::kBilinearHalfPixel},
        {builder.input()});
  }
  const int rows = in[0] * in[1];
  const TensorId wide = Repeat(builder, builder.input(), rows * in[2], in[3], op.width / in[2]);
  const TensorId high = Repeat(builder, wide, rows, op.width * in[3], op.height / in[1]);
  return builder.Emit(Reshape{{in[0], op.height, op.width, in[3]}}, {high});
}

}  // namespace echolens::convert

// Activations: fused, an operator, or an exact combination of some.
#include <cmath>

#include "convert/lower/layers.h"

namespace echolens::convert {
namespace {

TensorId Activate(LowerBuilder& builder, UnaryKind kind) {
  return builder.Emit(Unary{kind}, {builder.input()});
}

// clip(x · slope + start, 0, 1) · range, where clip(…, 0, 1) = relu6(6 …) / 6.
TensorId ClipToRange(LowerBuilder& builder, double slope, double start, double range) {
  const TensorId x = builder.input();
  const TensorId steep = 6 * slope == 1 ? x : builder.Multiply(x, {6 * slope});
  const TensorId clipped = builder.Add(steep, {6 * start}, Activation::kRelu6);
  return builder.Multiply(clipped, {range / 6});
}

// Shifted and mirrored so that the bound lies at 0.
TensorId Clip(LowerBuilder& builder, double low, double high) {
  const TensorId x = builder.input();
  if (std::isinf(low) && std::isinf(high)) return x;
  if (std::isinf(high)) {
    return builder.Add(builder.Add(x, {-low}, Activation::kRelu), {low});
  }
  if (std::isinf(low)) {
    const TensorId below = builder.Add(builder.Multiply(x, {-1}), {high}, Activation::kRelu);
    return builder.Add(builder.Multiply(below, {-1}), {high});
  }
  if (low == high) return builder.Add(builder.Multiply(x, {0}), {low});
  const double range = high - low;
  return builder.Add(ClipToRange(builder, 1 / range, -low / range, range), {low});
}

}  // namespace

Result<TensorId> LowerLayer(LowerBuilder& builder, const ActivationLayer& op) {
  const TensorId x = builder.input();
  switch (op.kind) {
    case ActivationKind::kRelu:
      return builder.Fuse(Activation::kRelu) ? x : Activate(builder, UnaryKind::kRelu);
    case ActivationKind::kSigmoid: return Activate(builder, UnaryKind::kLogistic);
    case ActivationKind::kTanh: return Activate(builder, UnaryKind::kTanh);
    case ActivationKind::kHardSwish: return Activate(builder, UnaryKind::kHardSwish);
    case ActivationKind::kSoftmax: return builder.Emit(Softmax{}, {x});
    case ActivationKind::kHardSigmoid: return ClipToRange(builder, op.alpha, op.beta, 1);
    case ActivationKind::kSilu: {
      const TensorId gate = Activate(builder, UnaryKind::kLogistic);
      return builder.Emit(Binary{BinaryKind::kMul, Activation::kNone}, {x, gate});
    }
    case ActivationKind::kClip: break;
  }
  if (op.alpha == 0 && op.beta == 6) {
    return builder.Fuse(Activation::kRelu6) ? x : Activate(builder, UnaryKind::kRelu6);
  }
  if (op.alpha == -1 && op.beta == 1) {
    return builder.Fuse(Activation::kReluN1To1) ? x
                                                : builder.Multiply(x, {1}, Activation::kReluN1To1);
  }
  if (op.alpha == 0 && std::isinf(op.beta)) {
    return builder.Fuse(Activation::kRelu) ? x : Activate(builder, UnaryKind::kRelu);
  }
  return Clip(builder, op.alpha, op.beta);
}

}  // namespace echolens::convert

#include "convert/lower.h"

#include <algorithm>

#include "convert/affine.h"
#include "convert/lower/layers.h"

namespace echolens::convert {
namespace {

Result<TensorId> LowerLayer(LowerBuilder& builder, const Dense& op) {
  const auto [out, in] = op.weights_shape;
  std::vector<TensorId> inputs{builder.input(), builder.Constant("kernel", {out, in}, op.weights)};
  if (!op.bias.empty()) inputs.push_back(builder.Constant("bias", {out}, op.bias));
  const bool keep_dims = builder.input_shape().size() != 2;
  return builder.Emit(FullyConnected{keep_dims, Activation::kNone}, inputs);
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const Affine& op) {
  const auto all = [](const std::vector<double>& values, double value) {
    return std::ranges::all_of(values, [&](double x) { return x == value; });
  };
  TensorId x = builder.input();
  if (!all(op.scale, 1)) x = builder.Multiply(x, op.scale);
  if (!all(op.offset, 0)) x = builder.Add(x, op.offset);
  return x;
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const BatchNormalization& op) {
  return LowerLayer(builder, AsAffine(op));
}

BinaryKind KindOf(ArithmeticKind kind) {
  switch (kind) {
    case ArithmeticKind::kAdd: return BinaryKind::kAdd;
    case ArithmeticKind::kSubtract: return BinaryKind::kSub;
    case ArithmeticKind::kMultiply: break;
  }
  return BinaryKind::kMul;
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const Arithmetic& op) {
  return builder.Emit(Binary{KindOf(op.kind), Activation::kNone},
                      {builder.input(0), builder.input(1)});
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const ConstantValue& op) {
  return builder.Constant("value", op.shape, op.data);
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const Concatenate& op) {
  std::vector<TensorId> inputs;
  for (std::size_t i = 0; i < builder.node().inputs.size(); ++i) {
    inputs.push_back(builder.input(i));
  }
  return builder.Emit(Concatenation{op.axis, Activation::kNone}, inputs);
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const ReshapeLayer& op) {
  return builder.Emit(Reshape{op.shape}, {builder.input()});
}

// Axes of one element may go anywhere.
Result<TensorId> LowerLayer(LowerBuilder& builder, const Transpose& op) {
  const Shape in = builder.input_shape();
  Shape out;
  std::vector<int> long_axes;
  for (const int axis : op.permutation) {
    out.push_back(in[static_cast<std::size_t>(axis)]);
    if (out.back() > 1) long_axes.push_back(axis);
  }
  if (std::ranges::is_sorted(long_axes)) return builder.Emit(Reshape{out}, {builder.input()});
  return builder.Emit(Permute{op.permutation}, {builder.input()});
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const PadLayer& op) {
  return builder.Emit(Pad{op.before, op.after, op.value}, {builder.input()});
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const SliceLayer& op) {
  return builder.Emit(Slice{op.begin, op.size}, {builder.input()});
}

Result<TensorId> LowerLayer(LowerBuilder& builder, const FakeQuantize& op) {
  builder.KeepScale(op);
  return builder.input();
}

// Constants are operands of sums and products with something that is none.
Status CheckConstants(const LowerBuilder& builder) {
  const SourceNode& node = builder.node();
  std::size_t constants = 0;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    constants += builder.constant(builder.input(i)) ? 1 : 0;
  }
  const bool operands = std::holds_alternative<Arithmetic>(node.op) && constants < 2;
  if (constants == 0 || operands || std::holds_alternative<FakeQuantize>(node.op)) return Ok();
  return builder.Unsupported("it works on a constant; simplify the network before converting it");
}

}  // namespace

Result<Lowered> Lower(const SourceNetwork& network, FoldReport& report) {
  LowerBuilder builder(network, report);
  for (const SourceNode& node : network.nodes) {
    builder.Begin(node);
    ECHOLENS_CHECK(CheckConstants(builder));
    ECHOLENS_ASSIGN(const TensorId output,
                    std::visit([&](const auto& op) { return LowerLayer(builder, op); }, node.op));
    builder.End(output);
  }
  return builder.Finish();
}

}  // namespace echolens::convert

#include "runtime/define.h"

namespace echolens {
namespace {

// XNNPACK's fixed-point int8 kernels hold between these ratios; outside they would answer wrongly.
bool FitsInt8(BinaryKind kind, const Value& a, const Value& b, const Value& output) {
  const auto within = [](float ratio, float low, float high) {
    return ratio >= low && ratio < high;
  };
  if (kind != BinaryKind::kMul) {
    return within(a.scale / output.scale, 0x1.0p-10F, 0x1.0p+8F) &&
           within(b.scale / output.scale, 0x1.0p-10F, 0x1.0p+8F);
  }
  return within(a.scale * b.scale / output.scale, 0x1.0p-16F, 0x1.0p+8F);
}

struct Kernel {
  xnn_binary_operator type;
  const char* name;
};

Kernel KernelOf(BinaryKind kind) {
  switch (kind) {
    case BinaryKind::kAdd: return {xnn_binary_add, "add"};
    case BinaryKind::kMul: return {xnn_binary_multiply, "multiply"};
    case BinaryKind::kSub: return {xnn_binary_subtract, "subtract"};
  }
  return {xnn_binary_invalid, "binary"};
}

Status DefineBinary(NodeBuilder& node, const Binary& op, const Value& a, const Value& b,
                    const Value& output) {
  const Range range = ActivationRange(op.activation);
  const xnn_binary_params params{range.min, range.max};
  const Kernel kernel = KernelOf(op.kind);
  return node.Check(
      xnn_define_binary(node.subgraph(), kernel.type, &params, a.id, b.id, output.id, 0),
      kernel.name);
}

}  // namespace

Status Define(NodeBuilder& node, const Binary& op) {
  const std::string name = KernelOf(op.kind).name;
  const Value& output = node.output();
  ECHOLENS_ASSIGN(const Value a, node.Input(0));
  ECHOLENS_ASSIGN(const Value b, node.Input(1));
  if (!output.int8() || FitsInt8(op.kind, a, b, output)) {
    node.RunsAs(name + (output.int8() ? " qs8" : " f32"));
    return DefineBinary(node, op, a, b, output);
  }
  node.RunsAs(name + " f32 between dequantise and quantise");
  ECHOLENS_ASSIGN(const Value real_a, AsFloat(node, a));
  ECHOLENS_ASSIGN(const Value real_b, AsFloat(node, b));
  ECHOLENS_ASSIGN(const Value real, node.builder().Temporary(Value::Float(output.shape)));
  ECHOLENS_CHECK(DefineBinary(node, op, real_a, real_b, real));
  return DefineConvert(node, real, output);
}

}  // namespace echolens

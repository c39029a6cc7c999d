#include "runtime/define.h"

namespace echolens {
namespace {

struct Kernel {
  xnn_unary_operator type;
  const char* name;
};

Kernel KernelOf(UnaryKind kind) {
  switch (kind) {
    case UnaryKind::kRelu:
    case UnaryKind::kRelu6: return {xnn_unary_clamp, "clamp"};
    case UnaryKind::kHardSwish: return {xnn_unary_hardswish, "hardswish"};
    case UnaryKind::kLogistic: return {xnn_unary_sigmoid, "sigmoid"};
    case UnaryKind::kTanh: return {xnn_unary_tanh, "tanh"};
  }
  return {xnn_unary_invalid, "unary"};
}

}  // namespace

Status DefineClamp(NodeBuilder& node, const Value& from, const Value& to, Range range) {
  xnn_unary_params params;
  params.clamp.min = range.min;
  params.clamp.max = range.max;
  return node.Check(xnn_define_unary(node.subgraph(), xnn_unary_clamp, &params, from.id, to.id, 0),
                    "clamp");
}

Status Define(NodeBuilder& node, const Unary& op) {
  const bool int8 = node.output().int8();
  if (op.kind == UnaryKind::kRelu || op.kind == UnaryKind::kRelu6) {
    node.RunsAs(int8 ? "clamp s8" : "clamp f32");
    ECHOLENS_ASSIGN(const Value input, InputLikeOutput(node));
    return DefineClamp(
        node, input, node.output(),
        ActivationRange(op.kind == UnaryKind::kRelu ? Activation::kRelu : Activation::kRelu6));
  }
  // In int8 the others are a table of 256 answers.
  const Kernel kernel = KernelOf(op.kind);
  node.RunsAs(std::string(kernel.name) + (int8 ? " x8 table" : " f32"));
  ECHOLENS_ASSIGN(const Value input, node.Input());
  return node.Check(
      xnn_define_unary(node.subgraph(), kernel.type, nullptr, input.id, node.output().id, 0),
      kernel.name);
}

// XNNPACK's subgraph has softmax in floats only, and without beta.
Status Define(NodeBuilder& node, const Softmax& op) {
  const Value& output = node.output();
  const bool int8 = output.int8();
  node.RunsAs(int8 ? "softmax f32 between dequantise and quantise" : "softmax f32");
  ECHOLENS_ASSIGN(const Value input, node.Input());
  ECHOLENS_ASSIGN(Value logits, AsFloat(node, input));
  const Value real = Value::Float(output.shape);
  if (op.beta != 1) {
    ECHOLENS_ASSIGN(const Value beta, node.builder().Constant(Value::Float({1}), &op.beta));
    ECHOLENS_ASSIGN(const Value scaled, node.builder().Temporary(real));
    ECHOLENS_CHECK(node.Check(xnn_define_binary(node.subgraph(), xnn_binary_multiply, nullptr,
                                                logits.id, beta.id, scaled.id, 0),
                              "multiply"));
    logits = scaled;
  }
  Value result = output;
  if (int8) {
    ECHOLENS_ASSIGN(result, node.builder().Temporary(real));
  }
  ECHOLENS_CHECK(
      node.Check(xnn_define_softmax(node.subgraph(), logits.id, result.id, 0), "softmax"));
  return int8 ? DefineConvert(node, result, output) : Ok();
}

}  // namespace echolens

#include "runtime/define.h"

namespace echolens {

Status DefineConvert(NodeBuilder& node, const Value& from, const Value& to) {
  if (from.int8() && to.int8()) {
    if (from.SameQuantization(to)) {
      return node.Check(xnn_define_copy(node.subgraph(), from.id, to.id, 0), "copy");
    }
    // Outside of these limits XNNPACK's fixed-point multiplier overflows or vanishes.
    const float ratio = from.scale / to.scale;
    if (!(ratio >= 0x1.0p-8F && ratio <= 0x1.0p+7F)) {
      ECHOLENS_ASSIGN(const Value real, AsFloat(node, from));
      return DefineConvert(node, real, to);
    }
  }
  return node.Check(
      xnn_define_unary(node.subgraph(), xnn_unary_convert, nullptr, from.id, to.id, 0), "convert");
}

Result<Value> AsFloat(NodeBuilder& node, const Value& value) {
  if (!value.int8()) return value;
  ECHOLENS_ASSIGN(Value real, node.builder().Temporary(Value::Float(value.shape)));
  ECHOLENS_CHECK(DefineConvert(node, value, real));
  return real;
}

Result<Value> QuantizedLike(NodeBuilder& node, const Value& value, const Value& like) {
  if (!value.int8() || value.SameQuantization(like)) return value;
  ECHOLENS_ASSIGN(Value requantized,
                  node.builder().Temporary(Value::Int8(value.shape, like.scale, like.zero_point)));
  ECHOLENS_CHECK(DefineConvert(node, value, requantized));
  return requantized;
}

Result<Value> InputLikeOutput(NodeBuilder& node, std::size_t i) {
  ECHOLENS_ASSIGN(const Value input, node.Input(i));
  return QuantizedLike(node, input, node.output());
}

Status Define(NodeBuilder& node, const Quantize&) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  node.RunsAs(input.int8() ? "convert qs8" : "convert f32 to qs8");
  return DefineConvert(node, input, node.output());
}

Status Define(NodeBuilder& node, const Dequantize&) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  node.RunsAs("convert qs8 to f32");
  return DefineConvert(node, input, node.output());
}

}  // namespace echolens

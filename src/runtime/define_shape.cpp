#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "runtime/define.h"

namespace echolens {
namespace {

constexpr std::size_t kMostAtOnce = 5;  // inputs of XNNPACK's widest concatenation

Status DefineConcatenate(NodeBuilder& node, std::int32_t axis, std::span<const Value> in,
                         const Value& out) {
  xnn_status status = xnn_status_invalid_parameter;
  xnn_subgraph_t s = node.subgraph();
  switch (in.size()) {
    case 1: status = xnn_define_copy(s, in[0].id, out.id, 0); break;
    case 2: status = xnn_define_concatenate2(s, axis, in[0].id, in[1].id, out.id, 0); break;
    case 3:
      status = xnn_define_concatenate3(s, axis, in[0].id, in[1].id, in[2].id, out.id, 0);
      break;
    case 4:
      status = xnn_define_concatenate4(s, axis, in[0].id, in[1].id, in[2].id, in[3].id, out.id, 0);
      break;
    case 5:
      status = xnn_define_concatenate5(s, axis, in[0].id, in[1].id, in[2].id, in[3].id, in[4].id,
                                       out.id, 0);
      break;
    default: break;
  }
  return node.Check(status, "concatenate");
}

}  // namespace

Status Define(NodeBuilder& node, const Pad& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  const std::vector<std::size_t> before(op.before.begin(), op.before.end());
  const std::vector<std::size_t> after(op.after.begin(), op.after.end());
  node.RunsAs(input.int8() ? "constant_pad x8" : "constant_pad x32");
  // The real number becomes a stored one: 0 an int8 value's zero point.
  return node.Check(xnn_define_static_constant_pad(node.subgraph(), before.data(), after.data(),
                                                   op.value, input.id, node.output().id, 0),
                    "constant_pad");
}

Status Define(NodeBuilder& node, const Concatenation& op) {
  node.RunsAs(node.output().int8() ? "concatenate x8" : "concatenate x32");
  std::vector<Value> parts;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    ECHOLENS_ASSIGN(Value part, InputLikeOutput(node, i));
    parts.push_back(std::move(part));
  }
  const auto rank = static_cast<std::int32_t>(node.output().shape.size());
  const std::int32_t axis = op.axis < 0 ? op.axis + rank : op.axis;
  const auto along = static_cast<std::size_t>(axis);

  // Many parts: joined in groups until the rest fits one call.
  while (parts.size() > kMostAtOnce) {
    std::vector<Value> joined;
    for (std::size_t i = 0; i < parts.size(); i += kMostAtOnce) {
      const auto group = std::span(parts).subspan(i, std::min(kMostAtOnce, parts.size() - i));
      if (group.size() == 1) {
        joined.push_back(group[0]);
        continue;
      }
      Value whole = group[0];
      for (const Value& part : group.subspan(1)) whole.shape[along] += part.shape[along];
      ECHOLENS_ASSIGN(whole, node.builder().Temporary(whole));
      ECHOLENS_CHECK(DefineConcatenate(node, axis, group, whole));
      joined.push_back(std::move(whole));
    }
    parts = std::move(joined);
  }
  return DefineConcatenate(node, axis, parts, node.output());
}

Status Define(NodeBuilder& node, const Reshape&) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  const Shape& shape = node.output().shape;
  const std::vector<std::size_t> dims(shape.begin(), shape.end());
  node.RunsAs(input.int8() ? "static_reshape x8" : "static_reshape x32");
  return node.Check(xnn_define_static_reshape(node.subgraph(), dims.size(), dims.data(), input.id,
                                              node.output().id, 0),
                    "static_reshape");
}

Status Define(NodeBuilder& node, const Slice& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  const std::vector<std::size_t> begin(op.begin.begin(), op.begin.end());
  const std::vector<std::size_t> size(op.size.begin(), op.size.end());
  node.RunsAs(input.int8() ? "static_slice x8" : "static_slice x32");
  return node.Check(xnn_define_static_slice(node.subgraph(), begin.size(), begin.data(),
                                            size.data(), input.id, node.output().id, 0),
                    "static_slice");
}

Status Define(NodeBuilder& node, const Permute& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  const std::vector<std::size_t> axes(op.axes.begin(), op.axes.end());
  node.RunsAs(input.int8() ? "static_transpose x8" : "static_transpose x32");
  return node.Check(xnn_define_static_transpose(node.subgraph(), axes.size(), axes.data(), input.id,
                                                node.output().id, 0),
                    "static_transpose");
}

}  // namespace echolens

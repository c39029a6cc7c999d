// What does not depend on the network's input is computed once, in double, and rounded once.
#include <algorithm>

#include "convert/fold/numbers.h"
#include "convert/fold/rules.h"

namespace echolens::convert {
namespace {

// Element of `constant` for each element of `shape`, NumPy's way.
std::vector<double> Broadcast(const ConstantValue& constant, const Shape& shape) {
  std::vector<double> values(static_cast<std::size_t>(ElementCount(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::size_t rest = i, from = 0, step = 1;
    for (std::size_t k = 0; k < constant.shape.size(); ++k) {  // from the last axis
      const std::size_t own = Index(constant.shape[constant.shape.size() - 1 - k]);
      const std::size_t whole = Index(shape[shape.size() - 1 - k]);
      from += own == 1 ? 0 : rest % whole * step;
      rest /= whole;
      step *= own;
    }
    values[i] = constant.data[from];
  }
  return values;
}

std::vector<double> Compute(const Arithmetic& op, const std::vector<ConstantValue*>& in,
                            const Shape& shape) {
  std::vector<double> values = Broadcast(*in[0], shape);
  const std::vector<double> other = Broadcast(*in[1], shape);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (op.kind == ArithmeticKind::kMultiply) {
      values[i] *= other[i];
    } else {
      values[i] += op.kind == ArithmeticKind::kAdd ? other[i] : -other[i];
    }
  }
  return values;
}

std::vector<double> Compute(const Affine& op, const std::vector<ConstantValue*>& in,
                            const Shape& shape) {
  const std::size_t channels = Index(shape.back());
  std::vector<double> values(in[0]->data.begin(), in[0]->data.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        values[i] * ForChannel(op.scale, i % channels) + ForChannel(op.offset, i % channels);
  }
  return values;
}

std::vector<double> Compute(const ReshapeLayer&, const std::vector<ConstantValue*>& in,
                            const Shape&) {
  return {in[0]->data.begin(), in[0]->data.end()};
}

std::vector<double> Compute(const Transpose& op, const std::vector<ConstantValue*>& in,
                            const Shape&) {
  std::vector<double> values;
  for (const std::size_t from : TransposedOrder(in[0]->shape, op.permutation)) {
    values.push_back(in[0]->data[from]);
  }
  return values;
}

std::vector<double> Compute(const Concatenate& op, const std::vector<ConstantValue*>& in,
                            const Shape& shape) {
  const auto rank = static_cast<int>(shape.size());
  const std::size_t axis = Index(op.axis < 0 ? op.axis + rank : op.axis);
  std::size_t slices = 1;
  for (std::size_t i = 0; i < axis; ++i) slices *= Index(shape[i]);
  std::vector<double> values;
  for (std::size_t slice = 0; slice < slices; ++slice) {
    for (const ConstantValue* part : in) {
      const auto length = static_cast<std::ptrdiff_t>(part->data.size() / slices);
      const auto begin = part->data.begin() + static_cast<std::ptrdiff_t>(slice) * length;
      values.insert(values.end(), begin, begin + length);
    }
  }
  return values;
}

}  // namespace

Result<bool> ComputeConstant(Editor& editor, std::size_t node) {
  SourceNode& constant = editor.node(node);
  std::vector<ConstantValue*> in;
  for (const ValueId id : constant.inputs) in.push_back(editor.MadeBy<ConstantValue>(id));
  if (in.empty() || std::ranges::find(in, nullptr) != in.end()) return false;
  const Shape shape = editor.ShapeOf(constant.output);
  std::vector<double> values =
      std::visit(Overloaded{[&](const Arithmetic& op) { return Compute(op, in, shape); },
                            [&](const Affine& op) { return Compute(op, in, shape); },
                            [&](const ReshapeLayer& op) { return Compute(op, in, shape); },
                            [&](const Transpose& op) { return Compute(op, in, shape); },
                            [&](const Concatenate& op) { return Compute(op, in, shape); },
                            [](const auto&) { return std::vector<double>(); }},
                 constant.op);
  if (values.empty()) return false;
  ECHOLENS_ASSIGN(std::vector<float> data, Rounded(values, constant.place));
  constant.op = ConstantValue{shape, std::move(data)};
  constant.inputs.clear();
  editor.Say(constant.place + " computed: it is constant");
  return true;
}

}  // namespace echolens::convert

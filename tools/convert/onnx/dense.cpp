// Operators that mix a whole axis: Gemm, MatMul, Softmax and the reductions.
#include <algorithm>
#include <unordered_map>

#include "convert/onnx/layout.h"
#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

// The weights [in, out], or [out, in] when `transposed`, times `scale`.
Result<Dense> ReadWeights(NodeReader& node, bool transposed, double scale) {
  ECHOLENS_ASSIGN(const ConstantPtr weights, node.ConstantAt(1, "the weights"));
  Shape shape = weights->shape;
  while (shape.size() > 2 && shape[0] == 1) shape.erase(shape.begin());
  if (!weights->is_float() || shape.size() != 2) {
    return node.Unsupported("the weights are " + ShapeText(weights->shape) +
                            ", expected float32 and two axes");
  }
  Dense op;
  op.weights_shape = {shape[transposed ? 0 : 1], shape[transposed ? 1 : 0]};
  op.weights = transposed ? weights->floats : PermuteAxes(weights->floats, shape, {1, 0});
  if (scale != 1) {
    for (float& weight : op.weights) weight = static_cast<float>(weight * scale);
  }
  return op;
}

Result<Activation> ReadMatMul(NodeReader& node) {
  if (node.IsConstant(0)) {
    return node.Unsupported("its first input is constant: expected the weights on the right");
  }
  ECHOLENS_ASSIGN(const Activation raw, node.Map(0));
  ECHOLENS_ASSIGN(Dense op, ReadWeights(node, false, 1));
  const std::size_t rank = raw.shape.size();
  if (rank < 2) return node.Unsupported("its input is " + ShapeText(raw.shape));
  if (raw.order.back() == static_cast<int>(rank) - 1) return node.Emit(std::move(op), raw);
  ECHOLENS_ASSIGN(const Activation input, InOrder(node, raw, OnnxOrder(rank)));
  return node.Emit(std::move(op), input);
}

Result<Activation> ReadGemm(NodeReader& node) {
  ECHOLENS_ASSIGN(Activation input, node.Map(0));
  ECHOLENS_ASSIGN(const double alpha, node.Float("alpha", 1));
  ECHOLENS_ASSIGN(const double beta, node.Float("beta", 1));
  ECHOLENS_ASSIGN(const std::int64_t transpose_a, node.Int("transA", 0));
  ECHOLENS_ASSIGN(const std::int64_t transpose_b, node.Int("transB", 0));
  if (input.shape.size() != 2) {
    return node.Corrupt("its input is " + ShapeText(input.shape) + ", expected two axes");
  }
  if (transpose_a != 0) input = Transposed(input, {1, 0});
  ECHOLENS_ASSIGN(input, InOrder(node, input, OnnxOrder(2)));
  ECHOLENS_ASSIGN(Dense op, ReadWeights(node, transpose_b != 0, alpha));
  if (node.Has(2)) {
    ECHOLENS_ASSIGN(const ConstantPtr bias, node.ConstantAt(2, "the bias"));
    const auto outputs = static_cast<std::size_t>(op.weights_shape[0]);
    const std::size_t size = bias->floats.size();
    const bool along_outputs =
        size == 1 || (size == outputs && bias->shape.back() == op.weights_shape[0]);
    if (!along_outputs) {
      return node.Unsupported("the bias is " + ShapeText(bias->shape) + ", expected " +
                              ShapeText({op.weights_shape[0]}));
    }
    ECHOLENS_CHECK(node.Charge(op.weights_shape[0]));
    for (std::size_t i = 0; i < outputs; ++i) {
      op.bias.push_back(static_cast<float>(beta * bias->floats[size == 1 ? 0 : i]));
    }
  }
  return node.Emit(std::move(op), input);
}

// Before opset 13 all axes from `axis` on count as one.
Result<Activation> ReadSoftmax(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  const std::size_t rank = input.shape.size();
  const bool joined = node.opset() < 13;
  ECHOLENS_ASSIGN(const int axis, node.Axis("axis", joined ? 1 : -1, rank));
  const ActivationLayer op{ActivationKind::kSoftmax, 0, 0};
  const auto inner = input.shape.begin() + axis;
  if (joined && ElementCount({inner + 1, input.shape.end()}) > 1) {
    const Shape rows{static_cast<std::int32_t>(ElementCount({input.shape.begin(), inner})),
                     static_cast<std::int32_t>(ElementCount({inner, input.shape.end()}))};
    ECHOLENS_ASSIGN(const Activation flat, Reshaped(node, input, rows));
    ECHOLENS_ASSIGN(const Activation output, node.Emit(op, flat));
    return Reshaped(node, output, input.shape);
  }
  if (input.order.back() == axis) return node.Emit(op, input);
  std::vector<int> order = OnnxOrder(rank);
  std::rotate(order.begin() + axis, order.begin() + axis + 1, order.end());
  ECHOLENS_ASSIGN(const Activation ordered, InOrder(node, input, order));
  return node.Emit(op, ordered);
}

// ReduceMean and ReduceMax over height, width or both, whichever ONNX's axes these are: the ones
// that lie between the first and the last.
Result<Activation> ReadReduce(NodeReader& node) {
  ECHOLENS_ASSIGN(Activation input, node.Map(0));
  const std::size_t rank = input.shape.size();
  ECHOLENS_ASSIGN(auto listed, node.IntsOrInput("axes", 1));
  ECHOLENS_ASSIGN(const std::int64_t keep_dims, node.Int("keepdims", 1));
  ECHOLENS_ASSIGN(const std::int64_t no_axes, node.Int("noop_with_empty_axes", 0));
  if (!listed || listed->empty()) {
    if (no_axes != 0) return input;
    listed.emplace();
    for (std::size_t i = 0; i < rank; ++i) listed->push_back(static_cast<std::int64_t>(i));
  }
  ECHOLENS_ASSIGN(const std::vector<int> axes, node.Axes(*listed, rank));
  Shape kept, target;  // with and without the axes that are gone
  std::vector<int> reduced;
  for (std::size_t i = 0; i < rank; ++i) {
    const bool gone = std::ranges::binary_search(axes, static_cast<int>(i));
    if (gone && input.shape[i] > 1) reduced.push_back(static_cast<int>(i));
    kept.push_back(gone ? 1 : input.shape[i]);
    if (!gone || keep_dims != 0) target.push_back(kept.back());
  }
  if (!reduced.empty()) {
    const auto inside = [&](int axis) {
      const int position = PositionOf(input, axis);
      return position == 1 || position == 2;
    };
    if (rank != 4 || reduced.size() > 2 || !std::ranges::all_of(reduced, inside)) {
      if (rank == 4 && reduced.size() <= 2 && reduced[0] > 1) {
        ECHOLENS_ASSIGN(input, InOrder(node, input, ChannelsLast(4)));
      } else {
        return node.Unsupported("it reduces the axes " + ShapeText(reduced) + " of " +
                                ShapeText(input.shape) + ", expected height and width");
      }
    }
    const PoolKind kind = node.op() == "ReduceMax" ? PoolKind::kMax : PoolKind::kAverage;
    const Shape& own = node.reading().network.values[static_cast<std::size_t>(input.id)].shape;
    Pooling window{kind, {own[1], own[2]}, {1, 1}, {}, false};
    for (std::size_t i = 0; i < 2; ++i) {
      if (!std::ranges::binary_search(reduced, input.order[i + 1])) window.size[i] = 1;
    }
    const bool whole = window.size == std::array{own[1], own[2]};
    if (whole && input.order[0] < input.order[3] && target == Shape{own[0], own[3]}) {
      return node.Emit(GlobalPooling{kind, false}, {input.id}, OnnxOrder(2));
    }
    ECHOLENS_ASSIGN(input,
                    whole ? node.Emit(GlobalPooling{kind, true}, input) : node.Emit(window, input));
  }
  return Reshaped(node, input, target);
}

}  // namespace

ReadOperator FindDenseOperator(const std::string& op) {
  static const std::unordered_map<std::string, ReadOperator> table{
      {"MatMul", ReadMatMul},     {"Gemm", ReadGemm},        {"Softmax", ReadSoftmax},
      {"ReduceMean", ReadReduce}, {"ReduceMax", ReadReduce},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx

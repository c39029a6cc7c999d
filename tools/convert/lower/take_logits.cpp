#include <algorithm>

#include "convert/lower.h"

namespace echolens::convert {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::size_t MakerOf(const Graph& graph, TensorId id) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].outputs[0] == id) return i;
  }
  return kNone;
}

// Nodes that read it and times that it is an output.
std::ptrdiff_t Readers(const Graph& graph, TensorId id) {
  std::ptrdiff_t readers = std::ranges::count(graph.outputs, id);
  for (const Node& node : graph.nodes) readers += std::ranges::count(node.inputs, id);
  return readers;
}

// The node that made it, and the tensor, go; tensors behind move up.
void Remove(Lowered& lowered, std::size_t node) {
  Graph& graph = lowered.graph;
  const TensorId gone = graph.nodes[node].outputs[0];
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(node));
  graph.tensors.erase(graph.tensors.begin() + gone);
  const auto move_up = [gone](std::vector<TensorId>& ids) {
    for (TensorId& id : ids) id -= id > gone ? 1 : 0;
  };
  move_up(graph.inputs);
  move_up(graph.outputs);
  for (Node& n : graph.nodes) {
    move_up(n.inputs);
    move_up(n.outputs);
  }
  std::map<TensorId, Quantization> kept;
  for (auto& [id, quantization] : lowered.kept_scales) {
    if (id != gone) kept.emplace(id - (id > gone ? 1 : 0), std::move(quantization));
  }
  lowered.kept_scales = std::move(kept);
}

bool Is(const Operator& op, FinalActivation activation) {
  if (activation == FinalActivation::kSigmoid) {
    const auto* unary = std::get_if<Unary>(&op);
    return unary != nullptr && unary->kind == UnaryKind::kLogistic;
  }
  const auto* softmax = std::get_if<Softmax>(&op);
  return softmax != nullptr && softmax->beta == 1;
}

}  // namespace

bool TakeLogits(Lowered& lowered, std::size_t output, FinalActivation activation) {
  Graph& graph = lowered.graph;
  if (output >= graph.outputs.size()) return false;
  const auto takes = [&](std::size_t node, TensorId made) {
    return node != kNone && Readers(graph, made) == 1;
  };
  TensorId id = graph.outputs[output];
  std::size_t last = MakerOf(graph, id), reshape = kNone;
  if (takes(last, id) && std::holds_alternative<Reshape>(graph.nodes[last].op)) {
    reshape = last;
    id = graph.nodes[last].inputs[0];
    last = MakerOf(graph, id);
  }
  if (!takes(last, id)) return false;
  if (!Is(graph.nodes[last].op, activation)) return false;
  const TensorId logits = graph.nodes[last].inputs[0];
  const Shape& shape = graph.tensors[static_cast<std::size_t>(logits)].shape;
  const bool several = shape.back() != ElementCount(shape);
  if (several && activation == FinalActivation::kSoftmax) return false;
  // A reshape stays where there was one, around the logits instead.
  const bool own = MakerOf(graph, logits) != kNone && !std::ranges::count(graph.outputs, logits);
  if (reshape == kNone && !own) return false;
  if (reshape == kNone) {
    graph.outputs[output] = logits;
  } else {
    graph.nodes[reshape].inputs[0] = logits;
  }
  const bool taken = std::ranges::any_of(
      graph.tensors, [](const TensorInfo& tensor) { return tensor.name == "logits"; });
  if (!taken) graph.tensors[static_cast<std::size_t>(graph.outputs[output])].name = "logits";
  Remove(lowered, last);
  return true;
}

}  // namespace echolens::convert

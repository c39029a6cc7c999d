#include "convert/activation_map.h"

#include <algorithm>
#include <cstddef>
#include <variant>

namespace echolens::convert {
namespace {

const TensorInfo& TensorAt(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

const Node* Writer(const Graph& graph, TensorId id) {
  const auto writes = [&](const Node& node) { return std::ranges::count(node.outputs, id) > 0; };
  const auto found = std::ranges::find_if(graph.nodes, writes);
  return found == graph.nodes.end() ? nullptr : &*found;
}

// Mean over height and width, written in either way.
bool IsGlobalAverage(const Graph& graph, const Node& node) {
  if (std::holds_alternative<Mean>(node.op)) return true;
  const auto* pool = std::get_if<Pool2d>(&node.op);
  const Shape& shape = TensorAt(graph, node.inputs[0]).shape;
  return pool != nullptr && pool->kind == PoolKind::kAverage &&
         pool->activation == Activation::kNone && pool->size[0] == shape[1] &&
         pool->size[1] == shape[2];
}

}  // namespace

std::optional<ActivationMap> KeepFeatureMap(Graph& graph, const std::string& logits) {
  const auto named = [&](TensorId id) { return TensorAt(graph, id).name == logits; };
  const auto output = std::ranges::find_if(graph.outputs, named);
  if (output == graph.outputs.end()) return {};
  const Node* dense = Writer(graph, *output);
  while (dense != nullptr && std::holds_alternative<Reshape>(dense->op)) {
    dense = Writer(graph, dense->inputs[0]);
  }
  if (dense == nullptr) return {};
  const auto* layer = std::get_if<FullyConnected>(&dense->op);
  if (layer == nullptr || layer->activation != Activation::kNone) return {};
  const Node* average = Writer(graph, dense->inputs[0]);
  while (average != nullptr && std::holds_alternative<Reshape>(average->op)) {
    average = Writer(graph, average->inputs[0]);
  }
  if (average == nullptr || !IsGlobalAverage(graph, *average)) return {};
  const TensorId features = average->inputs[0];
  const TensorInfo& weights = TensorAt(graph, dense->inputs[1]);
  if (TensorAt(graph, features).shape.back() != weights.shape.back()) return {};
  if (std::ranges::count(graph.inputs, features) > 0) return {};  // the picture itself
  if (std::ranges::count(graph.outputs, features) == 0) graph.outputs.push_back(features);
  return ActivationMap{TensorAt(graph, features).name, weights.name};
}

}  // namespace echolens::convert

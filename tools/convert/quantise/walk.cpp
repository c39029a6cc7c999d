#include "convert/quantise/walk.h"

#include <algorithm>
#include <utility>

#include "runtime/engine.h"

namespace echolens::convert {
namespace {

const TensorInfo& At(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

// The activations that a node reads, each once.
std::vector<TensorId> Read(const Graph& graph, const Node& node) {
  std::vector<TensorId> read;
  for (const TensorId id : node.inputs) {
    if (id == kNoTensor || At(graph, id).constant()) continue;
    if (std::ranges::find(read, id) == read.end()) read.push_back(id);
  }
  return read;
}

}  // namespace

Graph Alone(const Graph& graph, const Node& node) {
  Graph alone;
  std::map<TensorId, TensorId> known;
  const auto add = [&](TensorId& id) {
    if (id == kNoTensor) return;
    const auto [place, added] = known.emplace(id, static_cast<TensorId>(alone.tensors.size()));
    if (added) alone.tensors.push_back(At(graph, id));
    id = place->second;
  };
  Node copy = node;
  std::ranges::for_each(copy.inputs, add);
  std::ranges::for_each(copy.outputs, add);
  for (const TensorId id : Read(graph, node)) alone.inputs.push_back(known.at(id));
  alone.outputs = copy.outputs;
  alone.nodes = {std::move(copy)};
  return alone;
}

Walk::Walk(const Graph& graph, std::span<const Sample> samples)
    : graph_(graph), samples_(samples.size()) {
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    std::vector<std::vector<std::int8_t>>& values = values_[graph.inputs[i]];
    for (const Sample& sample : samples) {
      values.push_back(Round(sample[i], At(graph, graph.inputs[i]).quantization));
    }
  }
}

Status Walk::Run(std::size_t node) {
  const Node& run = graph_.nodes[node];
  ECHOLENS_ASSIGN(Engine engine,
                  Engine::Create(Alone(graph_, run), {.memory_limit = kMemoryUnlimited}));
  const std::vector<TensorId> read = Read(graph_, run);
  for (std::size_t sample = 0; sample < samples_; ++sample) {
    for (std::size_t i = 0; i < read.size(); ++i) {
      std::ranges::copy(values_.at(read[i])[sample], engine.input(i).data<std::int8_t>().begin());
    }
    ECHOLENS_CHECK(engine.Run());
    for (std::size_t i = 0; i < run.outputs.size(); ++i) {
      const auto output = engine.output(i).data<std::int8_t>();
      values_[run.outputs[i]].emplace_back(output.begin(), output.end());
    }
  }
  Forget(node);
  return Ok();
}

void Walk::Forget(std::size_t node) {
  std::erase_if(values_, [&](const auto& held) {
    return std::none_of(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(node) + 1,
                        graph_.nodes.end(), [&](const Node& later) {
                          return std::ranges::find(later.inputs, held.first) != later.inputs.end();
                        });
  });
}

std::vector<float> Walk::Mean(TensorId id) const {
  const std::vector<std::vector<std::int8_t>>& values = values_.at(id);
  const Quantization& q = At(graph_, id).quantization;
  std::vector<std::int64_t> totals(values[0].size());
  for (const std::vector<std::int8_t>& sample : values) {
    for (std::size_t i = 0; i < totals.size(); ++i) totals[i] += sample[i] - q.zero_points[0];
  }
  std::vector<float> mean;
  for (const std::int64_t total : totals) {
    mean.push_back(static_cast<float>(double{q.scales[0]} * static_cast<double>(total) /
                                      static_cast<double>(samples_)));
  }
  return mean;
}

}  // namespace echolens::convert

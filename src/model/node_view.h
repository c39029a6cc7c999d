// One node of a graph with what it reads and writes, for checks. Internal to model/.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "model/graph.h"
#include "result.h"

namespace echolens {

struct NodeView {
  const Graph& graph;
  std::size_t index;

  const Node& node() const { return graph.nodes[index]; }

  // Null where there is none: not given, absent, or out of range.
  const TensorInfo* input(std::size_t i) const { return Tensor(node().inputs, i); }
  const TensorInfo* output() const { return Tensor(node().outputs, 0); }

  Error Invalid(const std::string& what) const {
    return {ErrorCode::kModelInvalid, NodeName(graph, index) + ": " + what};
  }
  Error Unsupported(const std::string& what) const {
    return {ErrorCode::kModelUnsupported, NodeName(graph, index) + ": " + what};
  }

 private:
  const TensorInfo* Tensor(const std::vector<TensorId>& ids, std::size_t i) const {
    if (i >= ids.size() || ids[i] < 0) return nullptr;
    const auto id = static_cast<std::size_t>(ids[i]);
    return id < graph.tensors.size() ? &graph.tensors[id] : nullptr;
  }
};

}  // namespace echolens

// Runs a graph one node at a time over all samples, so that a node may still be changed when those
// before it have run.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "convert/quantise/observe.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// A graph of one node of `graph`, with its constants. Its inputs are the activations that the node
// reads, each once, in its order.
Graph Alone(const Graph& graph, const Node& node);

//   Walk walk(graph, samples);
//   for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
//     Use(walk.Mean(graph.nodes[n].inputs[0]));
//     ECHOLENS_CHECK(walk.Run(n));
//   }
//
// Holds int8 activations of every sample, as long as a later node reads them.
class Walk {
 public:
  // `graph` is an int8 graph; it stays where it is, and its constants may change between two nodes.
  Walk(const Graph& graph, std::span<const Sample> samples);

  // Nodes in order. Errors: as of Engine.
  Status Run(std::size_t node);

  // The mean over the samples of an activation that the next nodes read, as real numbers.
  std::vector<float> Mean(TensorId id) const;

 private:
  void Forget(std::size_t node);

  const Graph& graph_;
  std::size_t samples_;
  std::map<TensorId, std::vector<std::vector<std::int8_t>>> values_;  // a sample
};

}  // namespace echolens::convert

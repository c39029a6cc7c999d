// What a network needs: which nodes run at all, and how much memory, before any of it is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/graph.h"

namespace echolens {

// By node: does a graph output depend on it?
std::vector<bool> LiveNodes(const Graph& graph);

// Bytes: the engine's tensors and copies of constants, XNNPACK's packed weights and indirection
// buffers, and the largest sum of activations alive at one time. `temporaries`, by node, are added
// to the last; empty means none. XNNPACK's own plan differs a little: it computes in place where it
// can, and has gaps. Saturates.
std::uint64_t EstimateMemory(const Graph& graph, const std::vector<bool>& live,
                             const std::vector<std::size_t>& temporaries);

}  // namespace echolens

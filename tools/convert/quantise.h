// float32 graph to int8 graph: per-channel symmetric weights, asymmetric activations, int32 biases.
#pragma once

#include <string>
#include <vector>

#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// What one activation tensor took on over the calibration images.
struct Range {
  float min = 0, max = 0;
};

// By tensor of the graph; constants and tensors that were never seen have an empty range.
using Ranges = std::vector<Range>;

// Every operator in int8, and the graph's inputs and outputs too. Operators that keep their input's
// scale (pooling, pads, reshapes, resizing) share it. The graph passes CheckGraph and runs in
// LiteRT with the same bytes where model-file.md promises it. Errors: kModelUnsupported (a node
// that has no int8 form), kInvalidArgument (ranges of another graph).
Result<Graph> Quantise(const Graph& graph, const Ranges& ranges);

}  // namespace echolens::convert

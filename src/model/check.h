// Is a graph one that may run? Everything a reader or converter could get wrong is caught here,
// once.
#pragma once

#include <cstdint>

#include "model/graph.h"
#include "result.h"

namespace echolens {

// Shape of the node's output from its inputs' shapes (TensorFlow's rules); tensors may be wrong in
// any way, the node is there. Errors: kModelInvalid.
Result<Shape> InferShape(const Graph& graph, std::size_t node);

// Indices in range; every tensor written once, before it is read; constants as large as their
// shapes; dimensions positive; shapes equal to InferShape's; types that the operator takes; scales
// finite and positive, zero points in range, biases quantised as input × weights; graph inputs and
// outputs are activations. Errors: kModelInvalid or kModelUnsupported, naming node and tensor,
// expected and got.
Status CheckGraph(const Graph& graph);

// Multiply-adds of one run of the node (convolutions and dense layers; 0 for the rest) of a graph
// that has passed CheckGraph.
std::int64_t MultiplyAdds(const Graph& graph, std::size_t node);

}  // namespace echolens

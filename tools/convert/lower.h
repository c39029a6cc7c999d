// From the folded source network to the engine's graph, float32: every layer becomes one operator
// or an exact combination of some; activations are fused where the engine has them.
#pragma once

#include <cstddef>
#include <map>

#include "convert/fold.h"
#include "convert/source.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

struct Lowered {
  Graph graph;
  // Scales that the source rounds to (FakeQuantize), for Quantise.
  std::map<TensorId, Quantization> kept_scales;
};

// The graph passes CheckGraph; its inputs and outputs are those of the network, in order, with
// their names. A final softmax over classes is kept: taking it off is the caller's choice
// (TakeLogits). Errors: kSourceUnsupported, naming the layer and what to do.
Result<Lowered> Lower(const SourceNetwork& network, FoldReport& report);

// Where output `output` is one softmax over everything, perhaps reshaped, what goes into it becomes
// the output instead, named "logits" if no other tensor is. False, and nothing changed: it is not,
// or the softmax is read elsewhere.
bool TakeLogits(Lowered& lowered, std::size_t output = 0);

}  // namespace echolens::convert

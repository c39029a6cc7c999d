// From the folded source network to the engine's graph, float32: every layer becomes one operator
// or an exact combination of some; activations are fused where the engine has them.
#pragma once

#include "convert/fold.h"
#include "convert/source.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// The graph passes CheckGraph; its inputs and outputs are those of the network, in order, with
// their names. A final softmax over classes is kept: taking it off is the caller's choice
// (TakeLogits). Errors: kSourceUnsupported, naming the layer and what to do.
Result<Graph> Lower(const SourceNetwork& network, FoldReport& report);

}  // namespace echolens::convert

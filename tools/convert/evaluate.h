// The source network's own arithmetic, in plain loops and double precision: what every converted
// file is judged against. Slow on purpose: nothing here is shared with the engine or with folding.
#pragma once

#include <functional>
#include <vector>

#include "convert/source.h"
#include "result.h"

namespace echolens::convert {

// The network's outputs to one input each, in order; every array is as long as its shape says.
// FakeQuantize rounds only when `quantized` is set. `stop` is asked between nodes (Ctrl-C). Errors:
// kInvalidArgument (wrong input length), kOutOfMemory, kInternal (stopped).
struct EvaluateOptions {
  bool quantized = false;
  std::function<bool()> stop;
};
Result<std::vector<std::vector<double>>> Evaluate(const SourceNetwork& network,
                                                  const std::vector<std::vector<double>>& inputs,
                                                  const EvaluateOptions& options = {});

}  // namespace echolens::convert

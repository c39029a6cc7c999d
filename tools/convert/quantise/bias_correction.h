// Rounding weights and activations moves the mean of a layer's sums; its bias takes that back
// (empirical bias correction, Nagel et al. 2019).
#pragma once

#include <functional>
#include <span>

#include "convert/quantise/observe.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// `int8` is what Quantise made of `real`. Layer by layer in execution order, so that each sees what
// the corrected ones before it give: the mean over all samples and positions of every channel's
// sums, before the activation, becomes that of the float32 network, to a step of the bias. `stop`
// is asked between samples and layers. Errors: kInvalidArgument (no samples, graphs that do not
// belong together), kInternal (stopped), as of Observer.
Result<Graph> CorrectBiases(
    const Graph& real, Graph int8, std::span<const Sample> samples,
    const std::function<bool()>& stop = [] { return false; });

}  // namespace echolens::convert

// Cross-layer equalisation ("Data-Free Quantization Through Weight Equalization and Bias
// Correction", Nagel et al. 2019): channels between two layers are scaled so that the weights that
// make them and those that read them are equally large. One int8 scale then serves all channels.
#pragma once

#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// The same function of a float32 graph, exactly: channels are scaled by powers of two, and only
// where that passes through, which is between convolutions and dense layers with no activation or
// RELU between them. RELU6 and RELU_N1_TO_1 clip at fixed values and are left alone; so are weights
// that other nodes read too. Errors: as of CheckGraph; kModelUnsupported (no float32 graph).
Result<Graph> Equalise(Graph graph);

}  // namespace echolens::convert

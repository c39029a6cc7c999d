// float32 graph to int8 graph: per-channel symmetric weights, asymmetric activations, int32 biases.
// The arithmetic is that of "Quantization and Training of Neural Networks for Efficient
// Integer-Arithmetic-Only Inference" (Jacob et al. 2018), the limits those of LiteRT and XNNPACK.
#pragma once

#include <map>
#include <vector>

#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// What one activation tensor took on over the calibration images.
struct Range {
  float min = 0, max = 0;

  bool operator==(const Range&) const = default;
};

// By tensor of the graph; constants and tensors that were never seen have an empty range.
using Ranges = std::vector<Range>;

// Scales that the source network brings along (a QDQ ONNX file), by tensor: one for an activation,
// one or one a channel for weights.
using KeptScales = std::map<TensorId, Quantization>;

// Every operator in int8, and the graph's inputs and outputs too. Kept scales go before measured
// ranges, but not before those that LiteRT prescribes (LOGISTIC and SOFTMAX give 0 to 1).
//
// Operators that keep their input's scale (pooling, pads, reshapes, resizing) share it; so do the
// inputs of a concatenation with its output where that costs little, else a QUANTIZE stands between
// (LiteRT takes one scale only). Activations keep their tensor ids; constants that several nodes
// read are quantised for each, copies and QUANTIZEs stand behind the graph's own tensors. A layer
// without bias gets one of zeros.
//
// The graph passes CheckGraph and runs in LiteRT with the same bytes where model-file.md promises
// it. Errors: kModelUnsupported (a node that has no int8 form, scales that no layer can bridge),
// kModelInvalid (weights that are not finite), kInvalidArgument (ranges or scales of another graph,
// ranges that are none).
Result<Graph> Quantise(const Graph& graph, const Ranges& ranges, const KeptScales& kept = {});

}  // namespace echolens::convert

// One scale and zero point for every activation of a graph that will be int8.
#pragma once

#include <vector>

#include "convert/quantise.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// The finest int8 scale that holds the range and the number 0, which is stored exactly. A range of
// nothing but 0 is taken as 0 to 1.
Quantization ScaleOf(const Range& range);

// By tensor; constants have none. Tensors that must share a scale do, as Quantise says; a node
// whose input is scaled otherwise than it takes (StoredLikeOutput) needs a QUANTIZE before it. An
// output's scale is raised where the engine could not reach it from the inputs'. Errors: as of
// Quantise.
Result<std::vector<Quantization>> AssignScales(const Graph& graph, const Ranges& ranges,
                                               const KeptScales& kept);

// By tensor: the numbers outside of which it does not go, or nobody looks. Beyond int8's ends
// values saturate, so a tensor that only RELU or RELU6 reads needs no more room than their output.
std::vector<Range> UsefulBounds(const Graph& graph);

// Operators that pass stored values through: every input is scaled as the output.
bool StoredLikeOutput(const Operator& op);

}  // namespace echolens::convert

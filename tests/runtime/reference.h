// What each operator means, said as plainly as can be: nested loops in double, and for int8 the
// documented rounding. Nothing here is shared with the engine.
#pragma once

#include <cstdint>
#include <vector>

#include "model/graph.h"

namespace echolens::reference {

struct Real {
  Shape shape;
  std::vector<double> values;
};

// The operator over real numbers, activation included. Inputs as in graph.h; no bias: two inputs.
Real Run(const Operator& op, const std::vector<Real>& inputs);

// Stored values as real numbers: scale × (stored - zero point), per channel where the tensor is.
Real ToReal(const TensorInfo& tensor, const std::vector<std::int8_t>& stored);

// The node's int8 output. Convolutions, dense layers, sums and means are rounded as XNNPACK and
// LiteRT do, so to the byte; operators that only move or compare values are exact by nature; the
// rest goes through real numbers.
struct Int8Answer {
  std::vector<std::int8_t> values;
  bool exact;  // else one step of the output's scale may lie between
};
Int8Answer RunInt8(const Graph& graph, const Node& node,
                   const std::vector<std::vector<std::int8_t>>& inputs);

}  // namespace echolens::reference

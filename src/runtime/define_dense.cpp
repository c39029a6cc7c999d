#include "runtime/define.h"
#include "runtime/weights.h"

namespace echolens {

Status Define(NodeBuilder& node, const FullyConnected& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  ECHOLENS_ASSIGN(const Weights weights, DefineWeights(node, input, 0));
  const Range range = ActivationRange(op.activation);
  node.RunsAs(std::string("fully_connected") + weights.TypeText());
  return node.Check(xnn_define_fully_connected(node.subgraph(), range.min, range.max, input.id,
                                               weights.filter, weights.bias, node.output().id,
                                               op.keep_dims ? 0 : XNN_FLAG_TENSORFLOW_RESHAPE_2D),
                    "fully_connected");
}

}  // namespace echolens

#include "convert/head.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace echolens::convert {
namespace {

const TensorInfo& TensorAt(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

Result<std::size_t> FindOutput(const Graph& graph, const Metadata& metadata) {
  const bool factored = metadata.head.kind == HeadKind::kFactored;
  const Shape expected{1, factored ? 2 : static_cast<std::int32_t>(metadata.labels.size())};
  const std::string& name = metadata.head.logits;
  std::vector<std::size_t> found;
  std::string outputs;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorInfo& output = TensorAt(graph, graph.outputs[i]);
    const bool fits = graph.outputs.size() == 1 || output.shape == expected;
    if (name.empty() ? fits : output.name == name) found.push_back(i);
    outputs += (i == 0 ? "" : ", ") + Quoted(output.name) + " " + ShapeText(output.shape);
  }
  if (found.size() == 1) return found[0];
  const std::string asked = name.empty() ? std::to_string(found.size()) + " outputs are " +
                                               ShapeText(expected) + ", expected one"
                                         : "head.logits is " + Quoted(name);
  return Error{ErrorCode::kInvalidArgument,
               asked +
                   "; say which one has the logits by head.logits in a card: the network's "
                   "outputs are " +
                   outputs};
}

bool EndsInSigmoid(Lowered lowered, std::size_t output) {
  return TakeLogits(lowered, output, FinalActivation::kSigmoid);
}

}  // namespace

Result<LogitsOutput> TakeHead(Lowered& lowered, Metadata& metadata) {
  LogitsOutput logits;
  ECHOLENS_ASSIGN(logits.index, FindOutput(lowered.graph, metadata));
  const FinalActivation activation = metadata.head.kind == HeadKind::kFactored
                                         ? FinalActivation::kSigmoid
                                         : FinalActivation::kSoftmax;
  if (TakeLogits(lowered, logits.index, activation)) {
    logits.taken = activation;
  } else if (activation == FinalActivation::kSoftmax && EndsInSigmoid(lowered, logits.index)) {
    return Error{ErrorCode::kInvalidArgument,
                 "the network's output ends in a sigmoid: its classes do not exclude each other, "
                 "and a softmax of it would be another network; train with a softmax, or say "
                 "\"kind\": \"factored\" in the card's head"};
  }
  metadata.head.logits = TensorAt(lowered.graph, lowered.graph.outputs[logits.index]).name;
  return logits;
}

}  // namespace echolens::convert

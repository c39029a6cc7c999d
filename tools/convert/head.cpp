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
               asked + "; say which one has the logits by head.logits in a card: the network's "
                       "outputs are " + outputs};
}

// The output becomes what the sigmoid in front of it was given. False: there is none.
bool TakeSigmoid(Graph& graph, std::size_t output) {
  const TensorId id = graph.outputs[output];
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto* unary = std::get_if<Unary>(&node.op);
    if (unary == nullptr || unary->kind != UnaryKind::kLogistic || node.outputs[0] != id) continue;
    graph.outputs[output] = node.inputs[0];
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

bool EndsInSigmoid(Graph graph, std::size_t output) { return TakeSigmoid(graph, output); }

}  // namespace

Result<LogitsOutput> TakeHead(Lowered& lowered, Metadata& metadata) {
  LogitsOutput logits;
  ECHOLENS_ASSIGN(logits.index, FindOutput(lowered.graph, metadata));
  if (metadata.head.kind == HeadKind::kFactored) {
    if (TakeSigmoid(lowered.graph, logits.index)) logits.finish = Finish::kSigmoid;
  } else if (TakeLogits(lowered, logits.index)) {
    logits.finish = Finish::kSoftmax;
  } else if (EndsInSigmoid(lowered.graph, logits.index)) {
    return Error{ErrorCode::kInvalidArgument,
                 "the network's output ends in a sigmoid: its classes do not exclude each other, "
                 "and a softmax of it would be another network; train with a softmax, or say "
                 "\"kind\": \"factored\" in the card's head"};
  }
  metadata.head.logits = TensorAt(lowered.graph, lowered.graph.outputs[logits.index]).name;
  return logits;
}

}  // namespace echolens::convert

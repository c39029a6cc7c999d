#include "model/check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/check_types.h"

namespace echolens {
namespace {

// Bytes of one tensor: far over any network of ours, and no product of two such numbers overflows.
constexpr std::int64_t kLargestTensor = std::int64_t{1} << 30;

Error Invalid(const std::string& where, const std::string& what) {
  return {ErrorCode::kModelInvalid, where + ": " + what};
}

Status CheckQuantization(const TensorInfo& tensor, const std::string& name) {
  const Quantization& q = tensor.quantization;
  if (q.scales.size() != q.zero_points.size()) {
    return Invalid(name, std::to_string(q.zero_points.size()) +
                             " zero points, expected as many as scales, " +
                             std::to_string(q.scales.size()));
  }
  if (tensor.type == DataType::kFloat32) {
    if (q.empty()) return Ok();
    return Invalid(name, "float32 with a scale, expected none");
  }
  if (q.empty()) {
    return Invalid(name, std::string(TypeName(tensor.type)) + " without a scale, expected one");
  }
  for (const float scale : q.scales) {
    if (std::isnormal(scale) && scale > 0) continue;
    return Invalid(name, "scale " + NumberText(scale) + ", expected positive and finite");
  }
  const bool symmetric = q.per_channel() || tensor.type == DataType::kInt32;
  const int low = symmetric ? 0 : -128, high = symmetric ? 0 : 127;
  for (const std::int32_t zero_point : q.zero_points) {
    if (zero_point >= low && zero_point <= high) continue;
    return Invalid(name, "zero point " + std::to_string(zero_point) + ", expected " +
                             (symmetric ? "0" : "-128 to 127"));
  }
  if (!q.per_channel()) return Ok();
  if (!tensor.constant()) {
    return Error{ErrorCode::kModelUnsupported,
                 name + ": an activation with a scale for each channel, expected one scale"};
  }
  const bool in_range = q.axis >= 0 && static_cast<std::size_t>(q.axis) < tensor.shape.size();
  const auto channels =
      static_cast<std::size_t>(in_range ? tensor.shape[static_cast<std::size_t>(q.axis)] : 0);
  if (channels == q.scales.size()) return Ok();
  return Invalid(name, std::to_string(q.scales.size()) + " scales along axis " +
                           std::to_string(q.axis) + " of " + ShapeText(tensor.shape));
}

Status CheckTensor(const TensorInfo& tensor, const std::string& name) {
  if (tensor.shape.size() > kMaxRank) {
    return Invalid(name, std::to_string(tensor.shape.size()) + " axes, expected up to " +
                             std::to_string(kMaxRank));
  }
  const std::int64_t elements = ElementCount(tensor.shape);
  const auto element = static_cast<std::int64_t>(ElementSize(tensor.type));
  if (elements == 0 || elements > kLargestTensor / element) {
    return Invalid(name, "shape " + ShapeText(tensor.shape) +
                             ", expected positive sizes and up to 1 GiB in all");
  }
  if (tensor.constant() && static_cast<std::int64_t>(tensor.data.size()) != elements * element) {
    return Invalid(name, std::to_string(tensor.data.size()) + " bytes of data, expected " +
                             std::to_string(elements * element) + " for " +
                             std::string(TypeName(tensor.type)) + " " + ShapeText(tensor.shape));
  }
  if (tensor.type == DataType::kInt32 && !tensor.constant()) {
    return Error{ErrorCode::kModelUnsupported,
                 name + ": an int32 activation, expected float32 or int8"};
  }
  return CheckQuantization(tensor, name);
}

// How many inputs an operator takes. Those with weights are the ones that take three.
struct Arity {
  std::size_t least, most;
};
Arity ArityOf(const Operator& op) {
  constexpr std::size_t kMany = std::numeric_limits<std::size_t>::max();
  return std::visit(Overloaded{[](const Conv2d&) { return Arity{2, 3}; },
                               [](const DepthwiseConv2d&) { return Arity{2, 3}; },
                               [](const FullyConnected&) { return Arity{2, 3}; },
                               [](const Binary&) { return Arity{2, 2}; },
                               [](const Concatenation&) { return Arity{1, kMany}; },
                               [](const auto&) { return Arity{1, 1}; }},
                    op);
}

class GraphCheck {
 public:
  explicit GraphCheck(const Graph& graph) : graph_(graph), known_(graph.tensors.size(), false) {}

  Status Run() {
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i) {
      ECHOLENS_CHECK(CheckTensor(graph_.tensors[i], TensorName(graph_, static_cast<TensorId>(i))));
      known_[i] = graph_.tensors[i].constant();
    }
    if (graph_.inputs.empty() || graph_.outputs.empty() || graph_.nodes.empty()) {
      return Invalid("graph", std::to_string(graph_.inputs.size()) + " inputs, " +
                                  std::to_string(graph_.outputs.size()) + " outputs, " +
                                  std::to_string(graph_.nodes.size()) +
                                  " nodes, expected one at least of each");
    }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      ECHOLENS_CHECK(Write("graph input " + std::to_string(i), graph_.inputs[i]));
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) ECHOLENS_CHECK(CheckNode(i));
    return CheckOutputs();
  }

 private:
  Status InRange(const std::string& where, TensorId id) const {
    if (id >= 0 && static_cast<std::size_t>(id) < known_.size()) return Ok();
    return Invalid(where, "tensor index " + std::to_string(id) + ", expected under " +
                              std::to_string(known_.size()));
  }

  // From here on the tensor has a value.
  Status Write(const std::string& where, TensorId id) {
    ECHOLENS_CHECK(InRange(where, id));
    if (known_[static_cast<std::size_t>(id)]) {
      return Invalid(where, TensorName(graph_, id) + " has a value already, expected one writer");
    }
    known_[static_cast<std::size_t>(id)] = true;
    return Ok();
  }

  Status CheckNode(std::size_t index) {
    const Node& node = graph_.nodes[index];
    const std::string name = NodeName(graph_, index);
    const Arity arity = ArityOf(node.op);
    if (node.inputs.size() < arity.least || node.inputs.size() > arity.most) {
      return Invalid(name, std::to_string(node.inputs.size()) + " inputs, expected " +
                               std::to_string(arity.least) +
                               (arity.most == arity.least ? "" : " or more"));
    }
    if (node.outputs.size() != 1) {
      return Invalid(name, std::to_string(node.outputs.size()) + " outputs, expected 1");
    }
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const bool bias = i == 2 && arity.least == 2;
      if (bias && node.inputs[i] == kNoTensor) continue;
      ECHOLENS_CHECK(InRange(name, node.inputs[i]));
      if (!known_[static_cast<std::size_t>(node.inputs[i])]) {
        return Invalid(name, TensorName(graph_, node.inputs[i]) +
                                 " is read before it has a value, expected execution order");
      }
    }
    ECHOLENS_CHECK(CheckConstants(node, name));
    ECHOLENS_CHECK(Write(name, node.outputs[0]));

    ECHOLENS_ASSIGN(const Shape shape, InferShape(graph_, index));
    const TensorInfo& output = graph_.tensors[static_cast<std::size_t>(node.outputs[0])];
    if (output.shape != shape) {
      return Invalid(name,
                     "output is " + ShapeText(output.shape) + ", expected " + ShapeText(shape));
    }
    return CheckTypes(graph_, index);
  }

  // Data come from the graph's inputs; only one side of a sum or product may be constant.
  Status CheckConstants(const Node& node, const std::string& name) const {
    const auto constant = [this](TensorId id) {
      return graph_.tensors[static_cast<std::size_t>(id)].constant();
    };
    const bool only_constants = std::ranges::all_of(
        node.inputs, [&](TensorId id) { return id == kNoTensor || constant(id); });
    const bool one_side = std::holds_alternative<Binary>(node.op) && !only_constants;
    const bool weighted = ArityOf(node.op).most == 3;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (one_side || (weighted && i > 0) || !constant(node.inputs[i])) continue;
      return Error{ErrorCode::kModelUnsupported, name + ": input " + std::to_string(i) +
                                                     " is a constant, expected an activation"};
    }
    return Ok();
  }

  Status CheckOutputs() {
    std::vector<bool> seen(known_.size(), false);
    for (const TensorId id : graph_.inputs) seen[static_cast<std::size_t>(id)] = true;
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      const std::string where = "graph output " + std::to_string(i);
      const TensorId id = graph_.outputs[i];
      ECHOLENS_CHECK(InRange(where, id));
      if (!known_[static_cast<std::size_t>(id)] ||
          graph_.tensors[static_cast<std::size_t>(id)].constant()) {
        return Invalid(where, TensorName(graph_, id) + " is written by no node");
      }
      if (seen[static_cast<std::size_t>(id)]) {
        return Error{ErrorCode::kModelUnsupported,
                     where + ": " + TensorName(graph_, id) + " is an input or an output already"};
      }
      seen[static_cast<std::size_t>(id)] = true;
    }
    return Ok();
  }

  const Graph& graph_;
  std::vector<bool> known_;  // by tensor: it has a value by now
};

}  // namespace

Status CheckGraph(const Graph& graph) { return GraphCheck(graph).Run(); }

}  // namespace echolens

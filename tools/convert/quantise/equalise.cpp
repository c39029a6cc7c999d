#include "convert/quantise/equalise.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "convert/quantise/constants.h"
#include "model/check.h"

namespace echolens::convert {
namespace {

constexpr int kMostRounds = 20;  // over all pairs; a chain of n layers settles in about n

std::size_t Index(TensorId id) { return static_cast<std::size_t>(id); }

Activation ActivationOf(const Operator& op) {
  return std::visit(
      [](const auto& o) {
        if constexpr (requires { o.activation; }) return o.activation;
        return Activation::kNone;
      },
      op);
}

// Which channel of its input every weight of a node is for.
std::vector<std::size_t> InputChannels(const Graph& graph, const Node& node) {
  const Shape& shape = graph.tensors[Index(node.inputs[1])].shape;
  const auto channels = static_cast<std::size_t>(graph.tensors[Index(node.inputs[0])].shape.back());
  std::vector<std::size_t> of = Channels(shape, shape.size() - 1);
  if (const auto* depthwise = std::get_if<DepthwiseConv2d>(&node.op)) {
    for (std::size_t& c : of) c /= static_cast<std::size_t>(depthwise->multiplier);
  } else if (std::holds_alternative<Conv2d>(node.op)) {
    const auto depth = static_cast<std::size_t>(shape[3]), groups = channels / depth;
    const auto outputs = static_cast<std::size_t>(shape[0]);
    const std::vector<std::size_t> output = Channels(shape, 0);
    for (std::size_t i = 0; i < of.size(); ++i) of[i] += output[i] / (outputs / groups) * depth;
  } else {
    for (std::size_t& c : of) c %= channels;  // a picture, flattened row by row
  }
  return of;
}

// A tensor with the one node that writes it and all that read it.
struct Joint {
  std::size_t writer;
  std::vector<std::size_t> readers;
};

class Equaliser {
 public:
  explicit Equaliser(Graph& graph) : graph_(graph) {}

  void Run() {
    const std::vector<Joint> joints = Find();
    for (int round = 0; round < kMostRounds; ++round) {
      bool changed = false;
      for (const Joint& joint : joints) changed = Balance(joint) || changed;
      if (!changed) return;
    }
  }

 private:
  std::vector<Joint> Find() const {
    std::vector<int> uses(graph_.tensors.size());
    for (const TensorId id : graph_.outputs) ++uses[Index(id)];
    for (const Node& node : graph_.nodes) {
      for (const TensorId id : node.inputs) {
        if (id != kNoTensor) ++uses[Index(id)];
      }
    }
    const auto own_weights = [&](const Node& node) {
      return OutputAxis(node.op) &&
             std::ranges::all_of(node.inputs.begin() + 1, node.inputs.end(), [&](TensorId id) {
               return id == kNoTensor || uses[Index(id)] == 1;
             });
    };
    std::vector<Joint> joints;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      const Node& writer = graph_.nodes[n];
      const Activation activation = ActivationOf(writer.op);
      if (!own_weights(writer) ||
          (activation != Activation::kNone && activation != Activation::kRelu)) {
        continue;
      }
      Joint joint{n, {}};
      for (std::size_t r = n + 1; r < graph_.nodes.size(); ++r) {
        const Node& reader = graph_.nodes[r];
        if (own_weights(reader) && reader.inputs[0] == writer.outputs[0]) {
          joint.readers.push_back(r);
        }
      }
      // Graph outputs and all other readers count as uses as well.
      const auto readers = static_cast<std::size_t>(uses[Index(writer.outputs[0])]);
      if (readers > 0 && joint.readers.size() == readers) joints.push_back(std::move(joint));
    }
    return joints;
  }

  // Divides the writer's channels by 2^e and multiplies the readers' with it, e for each channel so
  // that both are about as large. Was there anything to do?
  bool Balance(const Joint& joint) {
    const Node& writer = graph_.nodes[joint.writer];
    const std::size_t axis = *OutputAxis(writer.op);
    const std::vector<float> made = ChannelPeaks(At(writer.inputs[1]), axis);
    std::vector<float> read(made.size());
    for (const std::size_t r : joint.readers) {
      const Node& reader = graph_.nodes[r];
      const std::vector<float> weights = Floats(At(reader.inputs[1]));
      const std::vector<std::size_t> channels = InputChannels(graph_, reader);
      for (std::size_t i = 0; i < weights.size(); ++i) {
        read[channels[i]] = std::max(read[channels[i]], std::abs(weights[i]));
      }
    }
    std::vector<int> exponents(made.size());
    bool any = false;
    for (std::size_t c = 0; c < made.size(); ++c) {
      if (!std::isnormal(made[c]) || !std::isnormal(read[c])) continue;  // dead
      exponents[c] =
          static_cast<int>((std::log2(double{made[c]}) - std::log2(double{read[c]})) / 2);
      any = any || exponents[c] != 0;
    }
    if (!any) return false;
    Scale(At(writer.inputs[1]), Channels(At(writer.inputs[1]).shape, axis), exponents, -1);
    if (writer.inputs.size() > 2 && writer.inputs[2] != kNoTensor) {
      Scale(At(writer.inputs[2]), Channels(At(writer.inputs[2]).shape, 0), exponents, -1);
    }
    for (const std::size_t r : joint.readers) {
      const Node& reader = graph_.nodes[r];
      Scale(At(reader.inputs[1]), InputChannels(graph_, reader), exponents, 1);
    }
    return true;
  }

  static void Scale(TensorInfo& constant, const std::vector<std::size_t>& channels,
                    const std::vector<int>& exponents, int sign) {
    std::vector<float> values = Floats(constant);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = std::ldexp(values[i], sign * exponents[channels[i]]);
    }
    constant.data = Bytes(values);
  }

  TensorInfo& At(TensorId id) const { return graph_.tensors[Index(id)]; }

  Graph& graph_;
};

}  // namespace

Result<Graph> Equalise(Graph graph) {
  ECHOLENS_CHECK(CheckGraph(graph));
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const TensorInfo& tensor = graph.tensors[i];
    if (tensor.type == DataType::kFloat32) continue;
    return Error{ErrorCode::kModelUnsupported,
                 TensorName(graph, static_cast<TensorId>(i)) + ": " +
                     std::string(TypeName(tensor.type)) +
                     ", expected float32: the network is quantised already"};
  }
  Equaliser(graph).Run();
  return graph;
}

}  // namespace echolens::convert

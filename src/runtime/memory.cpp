#include "runtime/memory.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "runtime/tensor.h"

namespace echolens {
namespace {

// Shapes of XNNPACK's kernels, the largest of any processor: output channels at once, input
// channels at once, output pixels at once, and the largest window that the depthwise kernels take.
constexpr std::uint64_t kOutputTile = 16;
constexpr std::uint64_t kInputTile = 8;
constexpr std::uint64_t kPixelTile = 16;
constexpr std::uint64_t kDepthwiseWindow = 25;
constexpr std::uint64_t kPointer = sizeof(void*);

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t Plus(std::uint64_t a, std::uint64_t b) { return a > kMost - b ? kMost : a + b; }
std::uint64_t Times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kMost / b ? kMost : a * b;
}
template <class... More>
std::uint64_t Times(std::uint64_t a, std::uint64_t b, More... more) {
  return Times(Times(a, b), more...);
}
std::uint64_t RoundUp(std::uint64_t n, std::uint64_t to) { return Times((n - 1) / to + 1, to); }
std::uint64_t At(const Shape& shape, std::size_t axis) {
  return static_cast<std::uint64_t>(shape[axis]);
}

std::uint64_t Bytes(const TensorInfo& tensor) {
  return Times(static_cast<std::uint64_t>(ElementCount(tensor.shape)), ElementSize(tensor.type));
}
std::uint64_t OwnedBytes(const TensorInfo& tensor) {
  return Plus(Bytes(tensor), kTensorExtraBytes + kTensorAlignment);
}

// `window` weights for each of in × out channel pairs of a group, beside a bias and a scale a
// channel.
std::uint64_t PackedWeights(std::uint64_t groups, std::uint64_t window, std::uint64_t in,
                            std::uint64_t out, std::uint64_t element) {
  const std::uint64_t channel = Plus(Times(window, RoundUp(in, kInputTile), element), 8);
  return Times(groups, RoundUp(out, kOutputTile), channel);
}

// A pointer for every pixel under every window; windows that overlap along a row share columns.
std::uint64_t SharedIndirection(const Shape& output, std::uint64_t height, std::uint64_t width,
                                std::uint64_t step) {
  const std::uint64_t row =
      Plus(Times(height, width), Times(At(output, 2) - 1, std::min(step, width), height));
  return Times(At(output, 1), row, kPointer);
}

// What XNNPACK keeps for a node as long as the runtime lives.
class NodeMemory {
 public:
  NodeMemory(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

  std::uint64_t operator()(const Conv2d& op) const {
    const Shape& filter = Input(1).shape;
    const std::uint64_t window = Times(At(filter, 1), At(filter, 2));
    const std::uint64_t groups = At(Input(0).shape, 3) / At(filter, 3);
    const std::uint64_t packed =
        PackedWeights(groups, window, At(filter, 3), At(filter, 0) / groups, Element());
    if (window == 1 && op.stride[0] == 1 && op.stride[1] == 1) return packed;
    const std::uint64_t pixels = Times(At(Output().shape, 1), At(Output().shape, 2));
    return Plus(packed, Times(window, RoundUp(pixels, kPixelTile), kPointer));
  }

  std::uint64_t operator()(const DepthwiseConv2d& op) const {
    const Shape& filter = Input(1).shape;
    return Depthwise(At(filter, 1), At(filter, 2), At(filter, 3),
                     static_cast<std::uint64_t>(op.multiplier),
                     op.dilation[1] > 1 ? At(filter, 2) : static_cast<std::uint64_t>(op.stride[1]));
  }

  std::uint64_t operator()(const FullyConnected&) const {
    const Shape& weights = Input(1).shape;
    return PackedWeights(1, 1, At(weights, 1), At(weights, 0), Element());
  }

  std::uint64_t operator()(const Pool2d& op) const {
    const auto height = static_cast<std::uint64_t>(op.size[0]);
    const auto width = static_cast<std::uint64_t>(op.size[1]);
    const auto step = static_cast<std::uint64_t>(op.stride[1]);
    const std::uint64_t channels = At(Output().shape, 3);
    const std::uint64_t as_depthwise = Plus(Depthwise(height, width, channels, 1, step),
                                            Times(height, width, channels, Element()));
    return std::max(as_depthwise, SharedIndirection(Output().shape, height, width, step));
  }

  std::uint64_t operator()(const ResizeBilinear&) const {  // 4 pointers and 2 weights a pixel
    return Times(At(Output().shape, 1), At(Output().shape, 2), 4 * kPointer + 8);
  }

  template <class Other>
  std::uint64_t operator()(const Other&) const {
    return 0;
  }

 private:
  const TensorInfo& Input(std::size_t i) const {
    return graph_.tensors[static_cast<std::size_t>(node_.inputs[i])];
  }
  const TensorInfo& Output() const {
    return graph_.tensors[static_cast<std::size_t>(node_.outputs[0])];
  }
  std::uint64_t Element() const { return ElementSize(Output().type); }

  std::uint64_t Depthwise(std::uint64_t height, std::uint64_t width, std::uint64_t channels,
                          std::uint64_t multiplier, std::uint64_t step) const {
    const std::uint64_t window = Times(height, width);
    if (multiplier == 1 && window <= kDepthwiseWindow) {
      const std::uint64_t tile = window <= 9 ? 9 : kDepthwiseWindow;
      return Plus(Times(RoundUp(channels, 2 * kOutputTile), Plus(Times(tile, Element()), 8)),
                  SharedIndirection(Output().shape, height, width, step));
    }
    const std::uint64_t pixels = Times(At(Output().shape, 1), At(Output().shape, 2));
    return Plus(PackedWeights(channels / multiplier, window, 1, multiplier, Element()),
                Times(window, RoundUp(pixels, kPixelTile), kPointer));
  }

  const Graph& graph_;
  const Node& node_;
};

// The largest sum, over the nodes, of what the arena holds while one runs.
std::uint64_t PeakActivations(const Graph& graph, const std::vector<bool>& live,
                              const std::vector<std::size_t>& temporaries) {
  constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> last_use(graph.tensors.size(), kNever);
  std::vector<bool> in_arena(graph.tensors.size(), false);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!live[n]) continue;
    for (const TensorId id : graph.nodes[n].inputs) {
      if (id != kNoTensor) last_use[static_cast<std::size_t>(id)] = n;
    }
    in_arena[static_cast<std::size_t>(graph.nodes[n].outputs[0])] = true;
  }
  for (const TensorId id : graph.outputs) in_arena[static_cast<std::size_t>(id)] = false;

  std::uint64_t held = 0, peak = 0;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!live[n]) continue;
    const auto output = static_cast<std::size_t>(graph.nodes[n].outputs[0]);
    if (in_arena[output]) held = Plus(held, Bytes(graph.tensors[output]));
    peak = std::max(peak, Plus(held, temporaries.empty() ? 0 : temporaries[n]));
    for (const TensorId id : graph.nodes[n].inputs) {
      if (id == kNoTensor) continue;
      const auto input = static_cast<std::size_t>(id);
      if (!in_arena[input] || last_use[input] != n) continue;
      in_arena[input] = false;
      held -= std::min(held, Bytes(graph.tensors[input]));
    }
  }
  return peak;
}

}  // namespace

std::vector<bool> LiveNodes(const Graph& graph) {
  std::vector<bool> needed(graph.tensors.size(), false);
  for (const TensorId id : graph.outputs) needed[static_cast<std::size_t>(id)] = true;
  std::vector<bool> live(graph.nodes.size(), false);
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    for (const TensorId id : node.outputs) {
      if (needed[static_cast<std::size_t>(id)]) live[n] = true;
    }
    if (!live[n]) continue;
    for (const TensorId id : node.inputs) {
      if (id != kNoTensor) needed[static_cast<std::size_t>(id)] = true;
    }
  }
  return live;
}

std::uint64_t EstimateMemory(const Graph& graph, const std::vector<bool>& live,
                             const std::vector<std::size_t>& temporaries) {
  std::uint64_t total = PeakActivations(graph, live, temporaries);
  for (const TensorId id : graph.inputs) {
    total = Plus(total, OwnedBytes(graph.tensors[static_cast<std::size_t>(id)]));
  }
  for (const TensorId id : graph.outputs) {
    total = Plus(total, OwnedBytes(graph.tensors[static_cast<std::size_t>(id)]));
  }
  std::vector<bool> counted(graph.tensors.size(), false);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!live[n]) continue;
    const Node& node = graph.nodes[n];
    total = Plus(total, std::visit(NodeMemory(graph, node), node.op));
    for (const TensorId id : node.inputs) {
      if (id == kNoTensor) continue;
      const auto index = static_cast<std::size_t>(id);
      if (!graph.tensors[index].constant() || counted[index]) continue;
      counted[index] = true;
      total = Plus(total, OwnedBytes(graph.tensors[index]));
    }
  }
  return total;
}

}  // namespace echolens

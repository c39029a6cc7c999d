#include "convert/quantise/scales.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>

#include "convert/quantise/constants.h"

namespace echolens::convert {
namespace {

constexpr double kSteps = 255;
constexpr double kSmallestScale = 0x1.0p-100;

// Input scale (× weight scale) / output scale. The engine takes less than 256 of a layer with
// weights; above 128 its fixed-point conversions give way to floats.
constexpr double kMaxRatio = 128;

// An input of a concatenation takes on the output's scale when that costs at most one bit.
constexpr float kSharedShare = .5F;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Range Bounds(Activation activation) {
  switch (activation) {
    case Activation::kNone: return {-kInfinity, kInfinity};
    case Activation::kRelu: return {0, kInfinity};
    case Activation::kRelu6: return {0, 6};
    case Activation::kReluN1To1: return {-1, 1};
  }
  return {-kInfinity, kInfinity};
}

// What a node's output cannot leave.
Range OutputBounds(const Operator& op) {
  return std::visit(Overloaded{[](const Unary& unary) {
                                 if (unary.kind == UnaryKind::kRelu)
                                   return Bounds(Activation::kRelu);
                                 if (unary.kind == UnaryKind::kRelu6)
                                   return Bounds(Activation::kRelu6);
                                 return Bounds(Activation::kNone);
                               },
                               [](const auto& other) {
                                 if constexpr (requires { other.activation; })
                                   return Bounds(other.activation);
                                 return Bounds(Activation::kNone);
                               }},
                    op);
}

Range Clipped(const Range& range, const Range& bounds) {
  return {std::clamp(range.min, bounds.min, bounds.max),
          std::clamp(range.max, bounds.min, bounds.max)};
}

bool Holds(const Range& outer, const Range& inner) {
  return outer.min <= inner.min && outer.max >= inner.max;
}

// Scales that LiteRT's kernels demand of their output: 0 to 1 in 256 steps, −1 to 1 likewise.
std::optional<Quantization> Prescribed(const Operator& op) {
  const auto* unary = std::get_if<Unary>(&op);
  if (unary != nullptr && unary->kind == UnaryKind::kTanh)
    return Quantization{{1.0F / 128}, {0}, 0};
  const bool logistic = unary != nullptr && unary->kind == UnaryKind::kLogistic;
  if (!logistic && !std::holds_alternative<Softmax>(op)) return {};
  return Quantization{{1.0F / 256}, {-128}, 0};
}

// What is padded with must not be cut off by a scale that others chose.
bool HoldsPadding(const Operator& op, const std::optional<Quantization>& fixed) {
  const auto* pad = std::get_if<Pad>(&op);
  if (pad == nullptr || !fixed) return true;
  const float scale = fixed->scales[0], zero_point = static_cast<float>(fixed->zero_points[0]);
  return Holds({(-128 - zero_point) * scale, (127 - zero_point) * scale}, {pad->value, pad->value});
}

bool IsClamp(const Operator& op) {
  const auto* unary = std::get_if<Unary>(&op);
  return unary != nullptr && (unary->kind == UnaryKind::kRelu || unary->kind == UnaryKind::kRelu6);
}

class Assignment {
 public:
  Assignment(const Graph& graph, const Ranges& ranges, const KeptScales& kept)
      : graph_(graph),
        kept_(kept),
        own_(ranges),
        readers_(graph.tensors.size()),
        parent_(graph.tensors.size()),
        fixed_(graph.tensors.size()) {}

  Result<std::vector<Quantization>> Run() {
    Prepare();
    for (const Node& node : graph_.nodes) Share(node);
    ECHOLENS_CHECK(Raise());
    std::vector<Quantization> scales(graph_.tensors.size());
    for (std::size_t id = 0; id < scales.size(); ++id) {
      if (!graph_.tensors[id].constant()) scales[id] = Scale(id);
    }
    return scales;
  }

 private:
  static std::size_t Index(TensorId id) { return static_cast<std::size_t>(id); }

  std::size_t Root(std::size_t id) const {
    while (parent_[id] != id) id = parent_[id];
    return id;
  }
  Range& GroupRange(std::size_t id) { return group_[Root(id)]; }
  std::optional<Quantization>& Fixed(std::size_t id) { return fixed_[Root(id)]; }

  Quantization Scale(std::size_t id) {
    const auto& fixed = Fixed(id);
    return fixed ? *fixed : ScaleOf(GroupRange(id));
  }

  void Prepare() {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    for (const TensorId id : graph_.outputs) ++readers_[Index(id)];
    for (const Node& node : graph_.nodes) {
      for (const TensorId id : node.inputs) {
        if (id != kNoTensor) ++readers_[Index(id)];
      }
      fixed_[Index(node.outputs[0])] = Prescribed(node.op);
    }
    const std::vector<Range> bounds = UsefulBounds(graph_);
    for (std::size_t id = 0; id < own_.size(); ++id) own_[id] = Clipped(own_[id], bounds[id]);
    for (const auto& [id, quantization] : kept_) {
      if (!fixed_[Index(id)]) fixed_[Index(id)] = quantization;
    }
    group_ = own_;
  }

  void Join(std::size_t a, std::size_t b) {
    a = Root(a);
    b = Root(b);
    if (a == b) return;
    parent_[a] = b;
    group_[b] = {std::min(group_[a].min, group_[b].min), std::max(group_[a].max, group_[b].max)};
    if (!fixed_[b]) fixed_[b] = fixed_[a];
  }

  void Share(const Node& node) {
    const std::size_t out = Index(node.outputs[0]);
    if (std::holds_alternative<Concatenation>(node.op)) {
      for (const TensorId id : node.inputs) ShareConcatenated(Index(id), out);
      return;
    }
    const std::size_t in = Index(node.inputs[0]);
    if (StoredLikeOutput(node.op)) {
      const bool alike = !Fixed(in) || !Fixed(out) || Fixed(in) == Fixed(out);
      if (alike && HoldsPadding(node.op, Fixed(in))) Join(in, out);
    } else if (IsClamp(node.op)) {
      // Then the operator changes nothing but what is below or above.
      if (!Fixed(in) && !Fixed(out) && Holds(own_[out], GroupRange(in))) Join(in, out);
    }
  }

  // Written with the output's scale at once, a value is rounded once, not twice.
  void ShareConcatenated(std::size_t in, std::size_t out) {
    if (Fixed(in) || Fixed(out)) return;
    const Range& whole = GroupRange(out);
    const float width = own_[in].max / 2 - own_[in].min / 2;
    if (readers_[in] == 1 || width >= kSharedShare * (whole.max / 2 - whole.min / 2)) Join(in, out);
  }

  // Until every output can be reached from its inputs.
  Status Raise() {
    std::vector<double> peaks(graph_.nodes.size());
    std::vector<double> biases(graph_.nodes.size());
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      const Node& node = graph_.nodes[n];
      const auto axis = OutputAxis(node.op);
      if (!axis) continue;
      peaks[n] = std::ranges::max(ChannelPeaks(graph_.tensors[Index(node.inputs[1])], *axis));
      if (node.inputs.size() < 3 || node.inputs[2] == kNoTensor) continue;
      for (const float b : Floats(graph_.tensors[Index(node.inputs[2])])) {
        biases[n] = std::max(biases[n], std::abs(double{b}));
      }
    }
    for (std::size_t pass = 0; pass <= graph_.nodes.size() + 1; ++pass) {
      bool raised = false;
      for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
        const double least = LeastScale(graph_.nodes[n], peaks[n], biases[n]);
        raised = RaiseTo(Index(graph_.nodes[n].outputs[0]), least) || raised;
      }
      if (!raised) return Ok();
    }
    return Error{ErrorCode::kModelUnsupported,
                 "graph: no scales were found that lead from every layer to the next: its weights "
                 "are too large for the ranges of its activations"};
  }

  double LeastScale(const Node& node, double peak, double bias) {
    const auto scale = [&](std::size_t i) -> double {
      const std::size_t id = Index(node.inputs[i]);
      const TensorInfo& tensor = graph_.tensors[id];
      if (!tensor.constant()) return Scale(id).scales[0];
      const std::vector<float> values = Floats(tensor);
      const auto [low, high] = std::ranges::minmax(values);
      return ScaleOf({low, high}).scales[0];
    };
    return std::visit(Overloaded{[&](const Binary& op) {
                                   return op.kind == BinaryKind::kMul
                                              ? scale(0) * scale(1)
                                              : std::max(scale(0), scale(1));
                                 },
                                 [&](const Mean&) { return scale(0); },
                                 [&](const auto&) {
                                   return OutputAxis(node.op)
                                              ? std::max(scale(0) * peak / 127, bias * 0x1.0p-30)
                                              : 0;
                                 }},
                      node.op) /
           kMaxRatio;
  }

  bool RaiseTo(std::size_t id, double least) {
    constexpr double kEnough = .999;  // of a scale that was raised to it and rounded
    if (Fixed(id) || Scale(id).scales[0] >= kEnough * least) return false;
    Range& range = GroupRange(id);
    range.min = std::min(range.min, 0.0F);
    range.max = static_cast<float>(
        std::min(least * kSteps + range.min, double{std::numeric_limits<float>::max()}));
    return true;
  }

  const Graph& graph_;
  const KeptScales& kept_;
  Ranges own_;                                      // by tensor, as far as it matters
  std::vector<int> readers_;                        // by tensor
  std::vector<std::size_t> parent_;                 // union of tensors with one scale
  Ranges group_;                                    // by root: of all in the group
  std::vector<std::optional<Quantization>> fixed_;  // by root
};

Status CheckRanges(const Graph& graph, const Ranges& ranges) {
  if (ranges.size() != graph.tensors.size()) {
    return Error{ErrorCode::kInvalidArgument, std::to_string(ranges.size()) +
                                                  " ranges, expected one a tensor, " +
                                                  std::to_string(graph.tensors.size())};
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto [low, high] = ranges[i];
    if (std::isfinite(low) && std::isfinite(high) && low <= high) continue;
    return Error{ErrorCode::kInvalidArgument,
                 TensorName(graph, static_cast<TensorId>(i)) + ": range " + NumberText(low) +
                     " to " + NumberText(high) + ", expected finite and in order"};
  }
  return Ok();
}

Status CheckKept(const Graph& graph, const KeptScales& kept) {
  for (const auto& [id, q] : kept) {
    if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size()) {
      return Error{ErrorCode::kInvalidArgument, "a kept scale for tensor " + std::to_string(id) +
                                                    ", expected under " +
                                                    std::to_string(graph.tensors.size())};
    }
    const bool constant = graph.tensors[static_cast<std::size_t>(id)].constant();
    if (q.empty() || q.scales.size() != q.zero_points.size() || (!constant && q.per_channel())) {
      return Error{ErrorCode::kInvalidArgument,
                   TensorName(graph, id) + ": " + std::to_string(q.scales.size()) +
                       " kept scales and " + std::to_string(q.zero_points.size()) +
                       " zero points, expected one of each"};
    }
    for (std::size_t i = 0; i < q.scales.size(); ++i) {
      const bool valid = std::isnormal(q.scales[i]) && q.scales[i] > 0;
      if (valid && q.zero_points[i] >= -128 && q.zero_points[i] <= 127) continue;
      return Error{ErrorCode::kInvalidArgument, TensorName(graph, id) + ": kept scale " +
                                                    NumberText(q.scales[i]) + " with zero point " +
                                                    std::to_string(q.zero_points[i]) +
                                                    ", expected a positive number and -128 to 127"};
    }
  }
  return Ok();
}

}  // namespace

Quantization ScaleOf(const Range& range) {
  const double low = std::min(double{range.min}, 0.0);
  double high = std::max(double{range.max}, 0.0);
  if (low == high) high = 1;
  const double scale = std::max((high - low) / kSteps, kSmallestScale);
  const double zero_point = std::clamp(std::nearbyint(-128 - low / scale), -128.0, 127.0);
  return {{static_cast<float>(scale)}, {static_cast<std::int32_t>(zero_point)}, 0};
}

Result<std::vector<Quantization>> AssignScales(const Graph& graph, const Ranges& ranges,
                                               const KeptScales& kept) {
  ECHOLENS_CHECK(CheckRanges(graph, ranges));
  ECHOLENS_CHECK(CheckKept(graph, kept));
  return Assignment(graph, ranges, kept).Run();
}

std::vector<Range> UsefulBounds(const Graph& graph) {
  std::vector<Range> bounds(graph.tensors.size(), Bounds(Activation::kNone));
  std::vector<int> readers(graph.tensors.size());
  const auto index = [](TensorId id) { return static_cast<std::size_t>(id); };
  for (const TensorId id : graph.outputs) ++readers[index(id)];
  for (const Node& node : graph.nodes) {
    bounds[index(node.outputs[0])] = OutputBounds(node.op);
    for (const TensorId id : node.inputs) {
      if (id != kNoTensor) ++readers[index(id)];
    }
  }
  for (const Node& node : graph.nodes) {
    const std::size_t in = index(node.inputs[0]);
    if (IsClamp(node.op) && readers[in] == 1)
      bounds[in] = Clipped(bounds[in], OutputBounds(node.op));
  }
  return bounds;
}

bool StoredLikeOutput(const Operator& op) {
  return std::holds_alternative<Pool2d>(op) || std::holds_alternative<Pad>(op) ||
         std::holds_alternative<Concatenation>(op) || std::holds_alternative<Reshape>(op) ||
         std::holds_alternative<Slice>(op) || std::holds_alternative<Permute>(op) ||
         std::holds_alternative<ResizeBilinear>(op);
}

}  // namespace echolens::convert

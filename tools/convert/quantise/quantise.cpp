#include "convert/quantise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "convert/quantise/constants.h"
#include "convert/quantise/scales.h"
#include "model/check.h"

namespace echolens::convert {
namespace {

// The graph must be one of real numbers throughout.
Status CheckFloat(const Graph& graph) {
  ECHOLENS_CHECK(CheckGraph(graph));
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Operator& op = graph.nodes[n].op;
    if (!std::holds_alternative<Quantize>(op) && !std::holds_alternative<Dequantize>(op)) continue;
    return Error{ErrorCode::kModelUnsupported,
                 NodeName(graph, n) + ": the network is quantised already, expected float32"};
  }
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const TensorInfo& tensor = graph.tensors[i];
    const std::string name = TensorName(graph, static_cast<TensorId>(i));
    if (tensor.type != DataType::kFloat32) {
      return Error{ErrorCode::kModelUnsupported, name + ": " + std::string(TypeName(tensor.type)) +
                                                     ", expected float32: the network is quantised "
                                                     "already"};
    }
    for (const float value : Floats(tensor)) {
      if (std::isfinite(value)) continue;
      return Error{ErrorCode::kModelInvalid,
                   name + ": holds " + NumberText(value) + ", expected finite numbers"};
    }
  }
  return Ok();
}

class Quantiser {
 public:
  Quantiser(const Graph& graph, std::vector<Quantization> scales, const KeptScales& kept)
      : graph_(graph),
        scales_(std::move(scales)),
        kept_(kept),
        used_(graph.tensors.size(), false),
        result_(graph) {
    result_.nodes.clear();
  }

  Result<Graph> Run() {
    for (std::size_t i = 0; i < scales_.size(); ++i) {
      if (scales_[i].empty()) continue;
      result_.tensors[i].type = DataType::kInt8;
      result_.tensors[i].quantization = scales_[i];
    }
    for (Node node : graph_.nodes) {
      if (OutputAxis(node.op)) {
        ECHOLENS_CHECK(SetWeights(node));
      } else {
        SetOperands(node);
      }
      result_.nodes.push_back(std::move(node));
    }
    ECHOLENS_CHECK(CheckGraph(result_));
    return std::move(result_);
  }

 private:
  const TensorInfo& At(TensorId id) const { return graph_.tensors[static_cast<std::size_t>(id)]; }
  const Quantization& ScaleAt(TensorId id) const { return scales_[static_cast<std::size_t>(id)]; }

  TensorId Append(TensorInfo tensor) {
    result_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(result_.tensors.size()) - 1;
  }

  // In the place of the float32 one for its first reader, behind all others for the next.
  TensorId Put(TensorId id, TensorInfo tensor) {
    const auto index = static_cast<std::size_t>(id);
    if (used_[index]) return Append(std::move(tensor));
    used_[index] = true;
    result_.tensors[index] = std::move(tensor);
    return id;
  }

  Status SetWeights(Node& node) {
    const std::size_t axis = *OutputAxis(node.op);
    const TensorInfo& weights = At(node.inputs[1]);
    const std::int32_t channels = weights.shape[axis];
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2] != kNoTensor;
    const TensorInfo bias =
        has_bias ? At(node.inputs[2])
                 : TensorInfo{At(node.outputs[0]).name + "/bias",
                              DataType::kFloat32,
                              {channels},
                              {},
                              Bytes(std::vector<float>(static_cast<std::size_t>(channels)))};
    const float in = ScaleAt(node.inputs[0]).scales[0], out = ScaleAt(node.outputs[0]).scales[0];
    ECHOLENS_ASSIGN(const std::vector<float> scales,
                    ScalesOfWeights(node.inputs[1], axis, Floats(bias), in, out));
    node.inputs.resize(3);
    const TensorId bias_id = node.inputs[2];
    node.inputs[1] = Put(node.inputs[1], QuantiseWeights(weights, axis, scales));
    TensorInfo stored = QuantiseBias(bias, in, scales);
    node.inputs[2] = has_bias ? Put(bias_id, std::move(stored)) : Append(std::move(stored));
    return Ok();
  }

  Result<std::vector<float>> ScalesOfWeights(TensorId id, std::size_t axis,
                                             const std::vector<float>& bias, float in,
                                             float out) const {
    const std::vector<float> peaks = ChannelPeaks(At(id), axis);
    const auto kept = kept_.find(id);
    if (kept == kept_.end()) return WeightScales(peaks, bias, in, out);
    std::vector<float> scales = kept->second.scales;
    if (scales.size() == 1) scales.resize(peaks.size(), scales[0]);
    const bool symmetric =
        std::ranges::all_of(kept->second.zero_points, [](std::int32_t z) { return z == 0; });
    if (symmetric && scales.size() == peaks.size()) return scales;
    return Error{ErrorCode::kInvalidArgument,
                 TensorName(graph_, id) + ": " + std::to_string(scales.size()) +
                     " kept scales, expected one or " + std::to_string(peaks.size()) +
                     " with zero points of 0"};
  }

  void SetOperands(Node& node) {
    const Quantization& out = ScaleAt(node.outputs[0]);
    if (auto* pad = std::get_if<Pad>(&node.op)) pad->value = Stored(pad->value, out);
    for (TensorId& id : node.inputs) {
      if (At(id).constant()) {
        id = Put(id, QuantiseOperand(At(id), ScaleOfOperand(id)));
      } else if (StoredLikeOutput(node.op) && ScaleAt(id) != out) {
        id = Requantised(id, out);
      }
    }
  }

  // The nearest number that the scale has.
  static float Stored(float value, const Quantization& q) {
    const auto zero_point = static_cast<float>(q.zero_points[0]);
    const float stored = std::clamp(value / q.scales[0] + zero_point, -128.0F, 127.0F);
    return (std::nearbyint(stored) - zero_point) * q.scales[0];
  }

  Quantization ScaleOfOperand(TensorId id) const {
    const auto kept = kept_.find(id);
    if (kept != kept_.end() && !kept->second.per_channel()) return kept->second;
    const std::vector<float> values = Floats(At(id));
    const auto [low, high] = std::ranges::minmax(values);
    return ScaleOf({low, high});
  }

  TensorId Requantised(TensorId id, const Quantization& scale) {
    const auto key = std::pair(id, std::pair(scale.scales[0], scale.zero_points[0]));
    const auto known = requantised_.find(key);
    if (known != requantised_.end()) return known->second;
    const std::string name = At(id).name + "/requantised_" + std::to_string(requantised_.size());
    const TensorId to = Append({name, DataType::kInt8, At(id).shape, scale, {}});
    result_.nodes.push_back({Quantize{}, {id}, {to}});
    requantised_.emplace(key, to);
    return to;
  }

  const Graph& graph_;
  std::vector<Quantization> scales_;  // by tensor of graph_
  const KeptScales& kept_;
  std::vector<bool> used_;  // by tensor of graph_: its place is taken
  std::map<std::pair<TensorId, std::pair<float, std::int32_t>>, TensorId> requantised_;
  Graph result_;
};

}  // namespace

Result<Graph> Quantise(const Graph& graph, const Ranges& ranges, const KeptScales& kept) {
  ECHOLENS_CHECK(CheckFloat(graph));
  ECHOLENS_ASSIGN(std::vector<Quantization> scales, AssignScales(graph, ranges, kept));
  return Quantiser(graph, std::move(scales), kept).Run();
}

}  // namespace echolens::convert

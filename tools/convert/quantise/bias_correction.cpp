#include "convert/quantise/bias_correction.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "convert/quantise/constants.h"
#include "convert/quantise/walk.h"

namespace echolens::convert {
namespace {

constexpr double kMostBias = 0x1.0p+30;  // as WeightScales leaves it

Error Stopped() { return {ErrorCode::kInternal, "interrupted"}; }

std::size_t Index(TensorId id) { return static_cast<std::size_t>(id); }

// What an int8 or int32 constant stores.
std::vector<std::int32_t> Stored(const TensorInfo& constant) {
  if (constant.type == DataType::kInt8) {
    const auto* data = reinterpret_cast<const std::int8_t*>(constant.data.data());
    return {data, data + constant.data.size()};
  }
  std::vector<std::int32_t> values(constant.data.size() / sizeof(std::int32_t));
  std::memcpy(values.data(), constant.data.data(), values.size() * sizeof(std::int32_t));
  return values;
}

// A constant as float32.
TensorInfo Real(const TensorInfo& constant) {
  if (constant.type == DataType::kFloat32) return constant;
  const Quantization& q = constant.quantization;
  const std::vector<std::size_t> channels =
      Channels(constant.shape, static_cast<std::size_t>(q.axis));
  const std::vector<std::int32_t> stored = Stored(constant);
  std::vector<float> values;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const float scale = q.scales[q.per_channel() ? channels[i] : 0];
    values.push_back(static_cast<float>(double{scale} * stored[i]));
  }
  return {constant.name, DataType::kFloat32, constant.shape, {}, Bytes(values)};
}

// By channel: the mean over positions of what a layer makes of `input` before its activation, in
// float32. Of the mean of inputs it is the mean of their sums, as those are linear.
Result<std::vector<double>> MeanSums(const Graph& graph, const Node& node,
                                     std::vector<float> input) {
  Graph layer = Alone(graph, node);
  for (TensorInfo& tensor : layer.tensors) {
    tensor = tensor.constant() ? Real(tensor)
                               : TensorInfo{tensor.name, DataType::kFloat32, tensor.shape, {}, {}};
  }
  std::visit(
      [](auto& op) {
        if constexpr (requires { op.activation; }) op.activation = Activation::kNone;
      },
      layer.nodes[0].op);
  ECHOLENS_ASSIGN(Observer observer, Observer::Create(layer, layer.outputs));
  ECHOLENS_CHECK(observer.Run({std::move(input)}));
  const std::vector<float> values = observer.Values(layer.outputs[0]);
  std::vector<double> means(
      static_cast<std::size_t>(layer.tensors[Index(layer.outputs[0])].shape.back()));
  for (std::size_t i = 0; i < values.size(); ++i) means[i % means.size()] += values[i];
  for (double& mean : means) mean *= static_cast<double>(means.size());
  for (double& mean : means) mean /= static_cast<double>(values.size());
  return means;
}

// The mean over the samples of each activation named.
Result<std::map<TensorId, std::vector<float>>> MeanActivations(const Graph& graph,
                                                               const std::vector<TensorId>& ids,
                                                               std::span<const Sample> samples,
                                                               const std::function<bool()>& stop) {
  std::map<TensorId, std::vector<float>> means;
  ECHOLENS_ASSIGN(Observer observer, Observer::Create(graph, ids));
  const auto share = 1 / static_cast<float>(samples.size());
  for (const Sample& sample : samples) {
    if (stop()) return Stopped();
    ECHOLENS_CHECK(observer.Run(sample));
    for (const TensorId id : ids) {
      const std::vector<float> values = observer.Values(id);
      std::vector<float>& mean = means[id];
      mean.resize(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) mean[i] += share * values[i];
    }
  }
  return means;
}

// A node that writes the tensor and has weights and a bias.
const Node* FindLayer(const Graph& graph, TensorId output) {
  const auto node = std::ranges::find_if(
      graph.nodes, [&](const Node& n) { return n.outputs[0] == output && OutputAxis(n.op); });
  const bool whole =
      node != graph.nodes.end() && node->inputs.size() == 3 && node->inputs[2] != kNoTensor;
  return whole ? &*node : nullptr;
}

void Shift(TensorInfo& bias, const std::vector<double>& expected, const std::vector<double>& got) {
  std::vector<std::int32_t> values = Stored(bias);
  const std::vector<float>& scales = bias.quantization.scales;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double steps = (expected[c] - got[c]) / scales[scales.size() > 1 ? c : 0];
    const double moved = std::nearbyint(values[c] + steps);
    if (std::abs(moved) <= kMostBias) values[c] = static_cast<std::int32_t>(moved);
  }
  std::memcpy(bias.data.data(), values.data(), bias.data.size());
}

}  // namespace

Result<Graph> CorrectBiases(const Graph& real, Graph int8, std::span<const Sample> samples,
                            const std::function<bool()>& stop) {
  if (samples.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no samples, expected one or more"};
  }
  std::map<const Node*, const Node*> layers;  // of int8, of real
  std::vector<TensorId> read;
  for (std::size_t n = 0; n < real.nodes.size(); ++n) {
    const Node& node = real.nodes[n];
    if (!OutputAxis(node.op)) continue;
    const Node* counterpart = FindLayer(int8, node.outputs[0]);
    if (counterpart == nullptr || counterpart->inputs[0] != node.inputs[0]) {
      return Error{ErrorCode::kInvalidArgument,
                   NodeName(real, n) + ": the int8 network has no such layer"};
    }
    layers.emplace(counterpart, &node);
    if (std::ranges::find(read, node.inputs[0]) == read.end()) read.push_back(node.inputs[0]);
  }
  if (layers.empty()) return int8;

  ECHOLENS_ASSIGN(const auto inputs, MeanActivations(real, read, samples, stop));
  Walk walk(int8, samples);
  for (std::size_t n = 0; n < int8.nodes.size(); ++n) {
    if (stop()) return Stopped();
    const Node& node = int8.nodes[n];
    if (const auto layer = layers.find(&node); layer != layers.end()) {
      ECHOLENS_ASSIGN(const std::vector<double> expected,
                      MeanSums(real, *layer->second, inputs.at(node.inputs[0])));
      ECHOLENS_ASSIGN(const std::vector<double> got,
                      MeanSums(int8, node, walk.Mean(node.inputs[0])));
      Shift(int8.tensors[Index(node.inputs[2])], expected, got);
    }
    ECHOLENS_CHECK(walk.Run(n));
  }
  return int8;
}

}  // namespace echolens::convert

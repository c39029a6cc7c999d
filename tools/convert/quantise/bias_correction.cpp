#include "convert/quantise/bias_correction.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "convert/quantise/constants.h"

namespace echolens::convert {
namespace {

constexpr double kMostBias = 0x1.0p+30;  // as WeightScales leaves it

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

// A layer alone, in float32 and without its activation: what its sums are.
class Sums {
 public:
  static Result<Sums> Create(const Graph& graph, const Node& node) {
    Graph layer;
    Node alone = node;
    std::visit(
        [](auto& op) {
          if constexpr (requires { op.activation; }) op.activation = Activation::kNone;
        },
        alone.op);
    const auto add = [&](const TensorInfo& tensor) {
      layer.tensors.push_back(
          tensor.constant() ? Real(tensor)
                            : TensorInfo{tensor.name, DataType::kFloat32, tensor.shape, {}, {}});
      return static_cast<TensorId>(layer.tensors.size()) - 1;
    };
    for (TensorId& id : alone.inputs) {
      if (id != kNoTensor) id = add(graph.tensors[Index(id)]);
    }
    alone.outputs = {add(graph.tensors[Index(node.outputs[0])])};
    layer.inputs = {alone.inputs[0]};
    layer.outputs = alone.outputs;
    layer.nodes = {std::move(alone)};
    ECHOLENS_ASSIGN(Observer observer, Observer::Create(layer, layer.outputs));
    const Shape& shape = layer.tensors[Index(layer.outputs[0])].shape;
    return Sums(std::move(observer), layer.outputs[0], static_cast<std::size_t>(shape.back()));
  }

  Status Add(std::vector<float> input) {
    ECHOLENS_CHECK(observer_.Run({std::move(input)}));
    const std::vector<float> values = observer_.Values(output_);
    for (std::size_t i = 0; i < values.size(); ++i) totals_[i % totals_.size()] += values[i];
    count_ += values.size() / totals_.size();
    return Ok();
  }

  double Mean(std::size_t channel) const { return totals_[channel] / static_cast<double>(count_); }

 private:
  Sums(Observer observer, TensorId output, std::size_t channels)
      : observer_(std::move(observer)), output_(output), totals_(channels) {}

  Observer observer_;
  TensorId output_;
  std::vector<double> totals_;  // by channel
  std::size_t count_ = 0;
};

// A node that writes the tensor and has weights and a bias.
const Node* FindLayer(const Graph& graph, TensorId output) {
  const auto node = std::ranges::find_if(
      graph.nodes, [&](const Node& n) { return n.outputs[0] == output && OutputAxis(n.op); });
  const bool whole =
      node != graph.nodes.end() && node->inputs.size() == 3 && node->inputs[2] != kNoTensor;
  return whole ? &*node : nullptr;
}

void Shift(TensorInfo& bias, const Sums& expected, const Sums& got) {
  std::vector<std::int32_t> values = Stored(bias);
  const std::vector<float>& scales = bias.quantization.scales;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double steps = (expected.Mean(c) - got.Mean(c)) / scales[scales.size() > 1 ? c : 0];
    const double moved = std::nearbyint(values[c] + steps);
    if (std::abs(moved) <= kMostBias) values[c] = static_cast<std::int32_t>(moved);
  }
  std::memcpy(bias.data.data(), values.data(), bias.data.size());
}

}  // namespace

Result<Graph> CorrectBiases(const Graph& real, Graph int8, std::span<const Sample> samples) {
  if (samples.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no samples, expected one or more"};
  }
  std::vector<const Node*> layers;
  std::vector<TensorId> read;
  for (std::size_t n = 0; n < real.nodes.size(); ++n) {
    const Node& node = real.nodes[n];
    if (!OutputAxis(node.op)) continue;
    const Node* counterpart = FindLayer(int8, node.outputs[0]);
    if (counterpart == nullptr || counterpart->inputs[0] != node.inputs[0]) {
      return Error{ErrorCode::kInvalidArgument,
                   NodeName(real, n) + ": the int8 network has no such layer"};
    }
    layers.push_back(&node);
    if (std::ranges::find(read, node.inputs[0]) == read.end()) read.push_back(node.inputs[0]);
  }

  std::vector<Sums> expected;
  for (const Node* layer : layers) {
    ECHOLENS_ASSIGN(Sums sums, Sums::Create(real, *layer));
    expected.push_back(std::move(sums));
  }
  {
    ECHOLENS_ASSIGN(Observer observer, Observer::Create(real, read));
    for (const Sample& sample : samples) {
      ECHOLENS_CHECK(observer.Run(sample));
      for (std::size_t i = 0; i < layers.size(); ++i) {
        ECHOLENS_CHECK(expected[i].Add(observer.Values(layers[i]->inputs[0])));
      }
    }
  }

  for (std::size_t i = 0; i < layers.size(); ++i) {
    const TensorId input = layers[i]->inputs[0];
    const Node& layer = *FindLayer(int8, layers[i]->outputs[0]);
    ECHOLENS_ASSIGN(Observer observer, Observer::Create(int8, {input}));
    ECHOLENS_ASSIGN(Sums got, Sums::Create(int8, layer));
    for (const Sample& sample : samples) {
      ECHOLENS_CHECK(observer.Run(sample));
      ECHOLENS_CHECK(got.Add(observer.Values(input)));
    }
    Shift(int8.tensors[Index(layer.inputs[2])], expected[i], got);
  }
  return int8;
}

}  // namespace echolens::convert

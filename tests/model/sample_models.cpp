#include "model/sample_models.h"

#include <cstring>

using namespace echolens;

namespace {

std::vector<float> Count(std::size_t count, float first, float step) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = first + step * static_cast<float>(i);
  return values;
}

template <class T>
void Append(std::vector<std::uint8_t>& bytes, T value) {
  bytes.resize(bytes.size() + sizeof value);
  std::memcpy(bytes.data() + bytes.size() - sizeof value, &value, sizeof value);
}

}  // namespace

TensorInfo Constant(std::string name, DataType type, Shape shape, const std::vector<float>& values,
                    Quantization quantization) {
  TensorInfo tensor = Placeholder(std::move(name), type, std::move(shape), std::move(quantization));
  for (const float value : values) {
    switch (type) {
      case DataType::kFloat32: Append(tensor.data, value); break;
      case DataType::kInt8: Append(tensor.data, static_cast<std::int8_t>(value)); break;
      case DataType::kInt32: Append(tensor.data, static_cast<std::int32_t>(value)); break;
    }
  }
  return tensor;
}

TensorInfo Placeholder(std::string name, DataType type, Shape shape, Quantization quantization) {
  TensorInfo tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  tensor.quantization = std::move(quantization);
  return tensor;
}

Graph OneNode(Operator op, std::vector<TensorInfo> tensors) {
  Graph graph;
  graph.name = "main";
  graph.tensors = std::move(tensors);
  Node node{std::move(op), {}, {}};
  const auto output = static_cast<TensorId>(graph.tensors.size()) - 1;
  for (TensorId id = 0; id < output; ++id) {
    node.inputs.push_back(id);
    if (!graph.tensors[static_cast<std::size_t>(id)].constant()) graph.inputs.push_back(id);
  }
  node.outputs = graph.outputs = {output};
  graph.nodes.push_back(std::move(node));
  return graph;
}

Graph SmallNetwork(DataType type) {
  const bool int8 = type == DataType::kInt8;
  const DataType sum = int8 ? DataType::kInt32 : type;
  const auto scaled = [int8](std::vector<float> scales, std::int32_t zero_point) {
    if (!int8) return Quantization{};
    const std::size_t count = scales.size();
    return Quantization{std::move(scales), std::vector<std::int32_t>(count, zero_point), 0};
  };
  const float step = int8 ? 3.0f : 0.05f;
  Graph graph;
  graph.name = "main";
  graph.tensors = {
      Placeholder("picture", type, {1, 6, 6, 1}, scaled({0.5f}, -128)),
      Constant("features/kernel", type, {2, 3, 3, 1}, Count(18, -8 * step, step),
               scaled({0.25f, 0.125f}, 0)),
      Constant("features/bias", sum, {2}, {1, -1}, scaled({0.125f, 0.0625f}, 0)),
      Placeholder("features", type, {1, 3, 3, 2}, scaled({0.5f}, -128)),
      Placeholder("pooled", type, {1, 2}, scaled({0.25f}, -100)),
      Constant("logits/kernel", type, {3, 2}, Count(6, -2 * step, step), scaled({0.5f}, 0)),
      Constant("logits/bias", sum, {3}, {1, 0, -1}, scaled({0.125f}, 0)),
      Placeholder("logits", type, {1, 3}, scaled({0.125f}, 3)),
  };
  Conv2d conv;
  conv.stride = {2, 2};
  conv.activation = Activation::kRelu6;
  graph.nodes = {{conv, {0, 1, 2}, {3}}, {Mean{}, {3}, {4}}, {FullyConnected{}, {4, 5, 6}, {7}}};
  graph.inputs = {0};
  graph.outputs = {7};
  return graph;
}

Metadata SmallMetadata(DataType type) {
  Metadata metadata;
  metadata.name = "small";
  metadata.version = "1.0";
  metadata.labels = {"normal", "benign", "malignant"};
  metadata.preprocessing.width = 6;
  metadata.preprocessing.height = 6;
  metadata.preprocessing.mean = {127.5f};
  metadata.preprocessing.scale = {1 / 127.5f};
  metadata.head.logits = "logits";
  metadata.head.temperature = 1.25f;
  metadata.golden = GoldenCase{7, {std::vector<std::uint8_t>(3 * ElementSize(type), 42)}};
  return metadata;
}

Graph FullNetwork() {
  constexpr auto kFloat32 = DataType::kFloat32;
  Graph graph = SmallNetwork(kFloat32);
  graph.tensors[5] = Constant("logits/kernel", kFloat32, {2, 2}, {1, -1, 0.5f, 0.25f});
  graph.tensors[6] = Constant("logits/bias", kFloat32, {2}, {0.5f, -0.5f});
  graph.tensors[7].shape = {1, 2};
  graph.tensors.push_back(Constant("lesion/kernel", kFloat32, {1, 1, 1, 2}, {0.25f, -0.25f}));
  graph.tensors.push_back(Placeholder("lesion_logit", kFloat32, {1, 3, 3, 1}));
  graph.tensors.push_back(Placeholder("lesion", kFloat32, {1, 3, 3, 1}));
  graph.nodes.push_back({Conv2d{}, {3, 8, kNoTensor}, {9}});
  graph.nodes.push_back({Unary{UnaryKind::kLogistic}, {9}, {10}});
  graph.outputs = {7, 3, 4, 10};
  return graph;
}

Metadata FullMetadata() {
  Metadata metadata = SmallMetadata(DataType::kFloat32);
  metadata.head.kind = HeadKind::kFactored;
  metadata.head.malignant_temperature = 0.75f;
  metadata.head.malignant_offset = 0.125f;
  metadata.golden->outputs.clear();
  for (const std::size_t values : {2, 18, 2, 9}) {
    metadata.golden->outputs.emplace_back(values * sizeof(float));
  }
  metadata.operating_points = {{"rule-out", 2, 0.125f, Estimate{0.96f, 0.94f, 0.97f},
                                Estimate{0.5f, 0.25f, 0.75f}, "BUSI, out of fold"},
                               {"balanced", 2, 0.5f, {}, {}, ""}};
  metadata.conformal = Conformal{0.9f, {0.5f, 0.75f, 1}};
  metadata.gate = Gate{"pooled", {{{1, 2}, {1, 0.5f, 0.5f, 1}}, {{0, 0}, {1, 4}}}, 9.5f};
  metadata.views = {View::kIdentity, View::kMirror};
  metadata.activation_map = ActivationMap{"features", "logits/kernel"};
  metadata.lesion_map = "lesion";
  metadata.card = "# Small\n\nFür Tests.";
  metadata.figures = {{"AUC", {0.95f, 0.9f, 1}, "BUSI"}};
  return metadata;
}

ModelFile SmallModel(DataType type) { return {SmallNetwork(type), SmallMetadata(type)}; }

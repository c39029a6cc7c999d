#include "convert/keras/model_config.h"

#include <algorithm>
#include <array>

#include "model/graph.h"

namespace echolens::convert::keras {
namespace {

constexpr std::size_t kMaxLayers = 5000;  // of one model

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }
Error Unsupported(const std::string& what) { return {ErrorCode::kSourceUnsupported, what}; }

bool IsModel(const std::string& type) {
  return type == "Sequential" || type == "Functional" || type == "Model";
}

// "float32", or {"class_name": "DTypePolicy", "config": {"name": "float32"}}.
std::string PolicyName(const Json& config) {
  const Json* dtype = Find(config, "dtype");
  if (dtype == nullptr) return "float32";
  const Json* policy = Find(*dtype, "config");
  return policy == nullptr ? TextOr(config, "dtype") : TextOr(*policy, "name");
}

// Mixed policies keep their weights in float32; only the arithmetic was coarser while training.
Status CheckPolicy(const LayerNode& layer) {
  constexpr std::array<std::string_view, 3> kKnown{"float32", "mixed_float16", "mixed_bfloat16"};
  const std::string policy = PolicyName(*layer.config);
  if (std::ranges::count(kKnown, policy) > 0) return Ok();
  return Unsupported(layer.place + ": its dtype is " + Quoted(policy) +
                     ", expected float32: make the model again in float32, take over the weights "
                     "with set_weights, and save that");
}

// Operations on tensors (x + 1, keras.ops) stand among the layers of Keras 3, but are none: they
// share names with layers and have no settings of a layer.
bool IsOperation(const Json& description, const Json& config) {
  return TextOr(description, "module").find(".ops.") != std::string::npos ||
         (Find(config, "trainable") == nullptr && Find(config, "dtype") == nullptr);
}

Status FindKind(const Json& description, LayerNode& layer) {
  if (layer.type == "InputLayer") return Ok();
  const bool operation = IsOperation(description, *layer.config);
  layer.kind = operation ? nullptr : FindLayerKind(layer.type);
  if (layer.kind == nullptr) {
    if (layer.type == "Lambda") {
      return Unsupported(layer.place +
                         ": it runs Python code, which cannot be converted: replace "
                         "it by layers and save again");
    }
    if (operation) {
      return Unsupported(layer.place +
                         ": an operation on tensors, no layer: replace it by a layer "
                         "(Rescaling, Add, Multiply, …) and save again");
    }
    return Unsupported(layer.place +
                       ": the converter has no such layer; docs/converting.md lists "
                       "those it has: replace it and save again");
  }
  if (TextOr(*layer.config, "data_format") == "channels_first") {
    return Unsupported(layer.place +
                       ": its data_format is channels_first: build the model with "
                       "channels_last and save again");
  }
  return CheckPolicy(layer);
}

Result<ModelNode> ReadModel(const Json& description, const std::string& place,
                            const std::string& path, const std::string& number);

Result<LayerNode> ReadLayer(const Json& description, const std::string& path,
                            const std::string& number) {
  LayerNode layer{};
  layer.type = TextOr(description, "class_name");
  layer.config = Find(description, "config");
  const Json* config = layer.config;
  layer.name = TextOr(description, "name", config == nullptr ? "" : TextOr(*config, "name"));
  layer.path = path + layer.name;
  layer.place = "layer " + number + " " + Quoted(layer.path) + " (" + layer.type + ")";
  if (layer.type.empty() || config == nullptr) {
    return Corrupt(layer.place + ": the configuration has no class_name or config");
  }
  layer.calls = Find(description, "inbound_nodes");
  const Json* trainable = Find(*config, "trainable");
  layer.trainable = trainable == nullptr || *trainable != false;
  if (IsModel(layer.type)) {
    ECHOLENS_ASSIGN(ModelNode model,
                    ReadModel(description, layer.place, layer.path + "/", number + "."));
    layer.model = std::make_unique<ModelNode>(std::move(model));
  } else {
    ECHOLENS_CHECK(FindKind(description, layer));
  }
  return layer;
}

Result<ModelNode> ReadModel(const Json& description, const std::string& place,
                            const std::string& path, const std::string& number) {
  ModelNode model{};
  model.config = Find(description, "config");
  model.sequential = TextOr(description, "class_name") == "Sequential";
  model.name = TextOr(*model.config, "name", "model");
  const Json* trainable = Find(*model.config, "trainable");
  model.trainable = trainable == nullptr || *trainable != false;
  // Keras before 2.2.3 wrote a Sequential model as the bare list.
  const Json* layers = model.config->is_array() ? model.config : Find(*model.config, "layers");
  if (layers == nullptr || !layers->is_array() || layers->empty() || layers->size() > kMaxLayers) {
    return Corrupt(place + ": the configuration has no list of 1 to " + std::to_string(kMaxLayers) +
                   " layers");
  }
  for (const Json& layer : *layers) {
    const std::string position = number + std::to_string(model.layers.size() + 1);
    ECHOLENS_ASSIGN(LayerNode node, ReadLayer(layer, path, position));
    model.layers.push_back(std::move(node));
  }
  return model;
}

}  // namespace

Result<ModelNode> ReadModelConfig(const Json& description) {
  const std::string type = TextOr(description, "class_name");
  if (!IsModel(type)) {
    return Unsupported("the file holds " + (type.empty() ? "no model" : "a " + Quoted(type)) +
                       ", expected a Sequential or Functional model");
  }
  if (Find(description, "config") == nullptr) return Corrupt("the model has no configuration");
  return ReadModel(description, "the model", "", "");
}

}  // namespace echolens::convert::keras

// A Keras model as its configuration describes it: layers and nested models in a tree, every layer
// known and named for errors; which layer reads which is still JSON (graph.cpp reads that).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "convert/keras/json.h"
#include "convert/keras/layer_kinds.h"
#include "result.h"

namespace echolens::convert::keras {

struct ModelNode;

struct LayerNode {
  std::string name;    // unique in its model
  std::string path;    // with the models around it: "encoder/conv1"
  std::string place;   // for errors: "layer 3.2 'encoder/conv1' (Conv2D)", counted from 1
  std::string type;    // Keras's class: "Conv2D"
  const Json* config;  // of the layer; outlives the tree, like every pointer into JSON
  const Json* calls;   // "inbound_nodes"; null in a Sequential model
  bool trainable;
  const LayerKind* kind;             // null: an input, or a model
  std::unique_ptr<ModelNode> model;  // null: a layer
  std::vector<std::string> weights;  // HDF5 paths, in the order of the kind's weights (weights.cpp)

  bool is_input() const { return kind == nullptr && model == nullptr; }
};

struct ModelNode {
  std::string name;
  const Json* config;
  bool sequential;
  bool trainable;
  std::vector<LayerNode> layers;
};

// `description` is {"class_name": …, "config": …}. Errors: kSourceCorrupt, kSourceUnsupported (no
// Sequential or Functional model; a layer, precision or data format that the converter lacks).
Result<ModelNode> ReadModelConfig(const Json& description);

}  // namespace echolens::convert::keras

// The layers that the converter knows, by Keras's class name.
#pragma once

#include <string_view>
#include <vector>

#include "convert/keras/json.h"
#include "convert/source.h"
#include "result.h"

namespace echolens::convert::keras {

class LayerCall;
using Values = std::vector<ValueId>;

// One weight of a layer, by Keras's name; those that are not trained are saved after those that
// are.
struct WeightKind {
  std::string_view name;
  bool trained = true;
};

struct LayerKind {
  std::string_view type;
  // Adds what the layer does to its inputs; never fewer than one input.
  Result<ValueId> (*build)(LayerCall& call, const Values& inputs);
  // In the order of the file; null: none.
  std::vector<WeightKind> (*weights)(const Json& config) = nullptr;
  bool many_inputs = false;
  bool trains = false;  // does something else when it is called with training=True
};

// Null: no such layer. The layers of one family stand in one file.
const LayerKind* FindLayerKind(std::string_view type);
const LayerKind* FindConvolution(std::string_view type);  // layers_convolution.cpp
const LayerKind* FindPooling(std::string_view type);      // layers_pooling.cpp
const LayerKind* FindElementwise(std::string_view type);  // layers_elementwise.cpp
const LayerKind* FindMerge(std::string_view type);        // layers_merge.cpp
const LayerKind* FindGeometry(std::string_view type);     // layers_geometry.cpp

}  // namespace echolens::convert::keras

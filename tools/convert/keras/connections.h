// Which layer reads which: the references of Functional models, in Keras 2's and Keras 3's writing.
#pragma once

#include <string>
#include <vector>

#include "convert/keras/model_config.h"
#include "result.h"

namespace echolens::convert::keras {

// Output `tensor` of call number `call` of a layer.
struct TensorRef {
  std::string layer;
  int call = 0;
  int tensor = 0;
};
using Refs = std::vector<TensorRef>;

// What each call of the layer reads. Errors: kSourceCorrupt, kSourceUnsupported (arguments besides
// tensors).
Result<std::vector<Refs>> ReadCalls(const LayerNode& layer);

// "input_layers" or "output_layers" of a Functional model.
Result<Refs> ReadModelRefs(const ModelNode& model, const char* key);

}  // namespace echolens::convert::keras

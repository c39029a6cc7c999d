// What each kind of layer becomes. Internal to lowering: the tensor that holds the layer's output,
// which is the layer's input where nothing is left to do.
#pragma once

#include "convert/lower/builder.h"

namespace echolens::convert {

// windows.cpp
Result<TensorId> LowerLayer(LowerBuilder& builder, const Convolution& op);
Result<TensorId> LowerLayer(LowerBuilder& builder, const Pooling& op);
Result<TensorId> LowerLayer(LowerBuilder& builder, const GlobalPooling& op);
Result<TensorId> LowerLayer(LowerBuilder& builder, const ResizeLayer& op);

// activation.cpp
Result<TensorId> LowerLayer(LowerBuilder& builder, const ActivationLayer& op);

}  // namespace echolens::convert

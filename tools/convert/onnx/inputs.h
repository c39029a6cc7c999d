// The network's inputs: their sizes, and whether pictures are NCHW or NHWC.
#pragma once

#include "convert/onnx/model.h"
#include "convert/onnx/node.h"

namespace echolens::convert::onnx {

// Adds every input that is no initialiser to the network and to the scope. Errors:
// kSourceUnsupported (element type, unknown size), kSourceCorrupt; input named.
Status ReadInputs(const fb::GraphProto& graph, const OnnxOptions& options, Reading& reading,
                  Scope& scope);

}  // namespace echolens::convert::onnx

// Keeps what the class activation map needs.
#pragma once

#include <optional>
#include <string>

#include "model/graph.h"
#include "model/metadata.h"

namespace echolens::convert {

// Where the output of that name is a dense layer over the global average of a feature map, the map
// becomes one more output of the graph, if it is none yet; the sum over it, weighted by the layer's
// weights, is then the class activation map. Nothing, and the graph as it was: the head is another.
std::optional<ActivationMap> KeepFeatureMap(Graph& graph, const std::string& logits);

}  // namespace echolens::convert

// Part of CheckGraph: types and scales of one node. Internal to model/.
#pragma once

#include <cstddef>

#include "model/graph.h"
#include "result.h"

namespace echolens {

// Do the node's tensors have types and scales that go together, as its operator asks? Its tensors
// are there and its shapes right. Errors: kModelInvalid, kModelUnsupported.
Status CheckTypes(const Graph& graph, std::size_t node);

}  // namespace echolens

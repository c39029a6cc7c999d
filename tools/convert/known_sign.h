// What can be said about values without running the network.
#pragma once

#include <vector>

#include "convert/source.h"

namespace echolens::convert {

// By value: it is 0 or more whatever the input is.
std::vector<bool> NeverNegative(const SourceNetwork& network);

}  // namespace echolens::convert

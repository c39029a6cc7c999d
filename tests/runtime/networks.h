// Whole networks for tests, added to a NetworkCase.
#pragma once

#include "runtime/network_case.h"

namespace echolens {

// An inverted-residual classifier in small: a strided stem behind explicit padding, three blocks of
// expansion, depthwise convolution and projection, one of them with a residual, global mean, dense
// layer. The logits.
TensorId AddMobileNetwork(NetworkCase& test, int size, int width, int classes);

}  // namespace echolens

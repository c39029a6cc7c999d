// Rewrites a source network to one with fewer layers and the same function, only where that is
// exact up to rounding: constants, dead branches, batch normalisation and affine layers into
// neighbouring convolutions and dense layers (not across zero padding), pads into convolutions,
// transposes away.
#pragma once

#include <string>
#include <vector>

#include "convert/source.h"
#include "result.h"

namespace echolens::convert {

// One sentence a rewrite, for --explain: "layer 5 'bn1' (BatchNormalization) into layer 4 'conv1'
// (Conv2D)".
struct FoldReport {
  std::vector<std::string> lines;
};

// The network afterwards passes all checks of AddNode. Errors: kSourceUnsupported (a weight is no
// longer finite).
Result<SourceNetwork> Fold(SourceNetwork network, FoldReport& report);

}  // namespace echolens::convert

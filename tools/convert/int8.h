// The int8 network of a float32 one, made and judged with calibration pictures.
#pragma once

#include <string>
#include <vector>

#include "convert/calibration.h"
#include "convert/describe.h"
#include "convert/lower.h"
#include "convert/options.h"
#include "convert/verify.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

struct Int8Network {
  Graph graph;
  Int8Difference difference;
  std::string report;  // layer by layer, if asked for
};

// Equalises (unless the source brought scales of its own), measures ranges, quantises, corrects
// biases, and compares with the float32 network. Errors: those of the steps; kVerificationFailed
// past a limit, naming the layer where most of the error enters; kInternal when the program was
// interrupted.
Result<Int8Network> MakeInt8(const Lowered& lowered, const Description& description,
                             const std::vector<CalibrationPicture>& pictures,
                             const Int8Options& options);

}  // namespace echolens::convert

// Runs through a model as a picture would, and adds what every layer does to the source network.
#pragma once

#include "convert/keras/hdf5_file.h"
#include "convert/keras/model_config.h"
#include "convert/source.h"
#include "result.h"

namespace echolens::convert::keras {

// The layers' weights must have been found (weights.h). `keras_major` is the version that wrote the
// file: some layers changed their meaning. Errors: kSourceCorrupt, kSourceUnsupported.
Result<SourceNetwork> BuildNetwork(const ModelNode& model, const Hdf5File& weights,
                                   int keras_major);

}  // namespace echolens::convert::keras

// Which datasets of the file hold which layer's weights.
#pragma once

#include "convert/keras/hdf5_file.h"
#include "convert/keras/model_config.h"
#include "result.h"

namespace echolens::convert::keras {

// model.weights.h5 of a .keras archive: groups named by class and counted, layer by layer
// ("layers/conv2d_1/vars/0"), inner models inside.
Status FindArchiveWeights(const Hdf5File& file, ModelNode& model);

// A whole-model .h5 file: one group a layer of the outermost model, with the list of its weights;
// those of an inner model stand in one list, trained ones first. Errors: kSourceCorrupt (a list is
// missing or does not fit).
Status FindHdf5Weights(const Hdf5File& file, ModelNode& model);

}  // namespace echolens::convert::keras

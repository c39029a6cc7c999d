// x · scale + offset, the common form of normalisations.
#pragma once

#include "convert/source.h"

namespace echolens::convert {

// The same function, a value a channel.
Affine AsAffine(const BatchNormalization& normalization);

}  // namespace echolens::convert

#include "convert/affine.h"

#include <cmath>

namespace echolens::convert {

Affine AsAffine(const BatchNormalization& normalization) {
  Affine affine;
  for (std::size_t c = 0; c < normalization.mean.size(); ++c) {
    const double gamma = normalization.gamma.empty() ? 1.0 : normalization.gamma[c];
    const double beta = normalization.beta.empty() ? 0.0 : normalization.beta[c];
    const double scale = gamma / std::sqrt(normalization.variance[c] + normalization.epsilon);
    affine.scale.push_back(scale);
    affine.offset.push_back(beta - normalization.mean[c] * scale);
  }
  return affine;
}

}  // namespace echolens::convert

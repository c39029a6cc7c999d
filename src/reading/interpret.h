// From a network's outputs to probabilities and a call, in arithmetic that rounds alike in every
// build.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "image/decode.h"
#include "model/metadata.h"
#include "runtime/tensor.h"

namespace echolens {

// e^x from additions, multiplications and powers of two alone: libm's exp differs between
// platforms. Relative error under 4 units in the last place.
double Exp(double x);

// softmax(logits / temperature), the largest logit taken off first.
std::vector<double> Softmax(const std::vector<double>& logits, double temperature);

// The real values of a tensor: float32 as they are, int8 through scale and zero point.
std::vector<double> RealValues(const Tensor& tensor);

// Writes a network picture into the network's input tensor (float32 or int8). Errors: kModelInvalid
// when the tensor is not [1, height, width, channels] of the preprocessing.
Status FillInput(const GreyImage& image, const Preprocessing& preprocessing, Tensor& input);

// The golden case's made-up picture: smooth blobs and noise from a 32-bit seed, integers only.
GreyImage GoldenImage(std::uint32_t seed, int width, int height);

}  // namespace echolens

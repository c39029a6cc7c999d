// Into the network and out of it: a picture to its input tensor, its outputs to probabilities, in
// arithmetic that rounds alike in every build.
#pragma once

#include <vector>

#include "image/decode.h"
#include "image/preprocess.h"
#include "model/metadata.h"
#include "runtime/tensor.h"

namespace echolens {

// e^x from additions, multiplications and powers of two alone: libm's exp differs between
// platforms. Relative error under 4 units in the last place.
double Exp(double x);

// softmax(logits / temperature), the largest logit taken off first: never NaN, however large the
// logits, as long as none is NaN. The temperature is positive.
std::vector<double> Probabilities(const std::vector<double>& logits, double temperature);

// What the head makes of its logits: a probability a label, as Head says.
std::vector<double> Probabilities(const std::vector<double>& logits, const Head& head);

// How far the features lie from those of the pictures that the model may read, the nearest centre:
// (x - mean) inverse_covariance (x - mean), summed in order. As many features as each mean has;
// infinite where one is NaN.
double GateDistance(const std::vector<double>& features, const Gate& gate);

// Left and right exchanged.
GreyImage Mirrored(const GreyImage& image);

// The real values of a tensor: float32 as they are, integers through scale and zero point.
std::vector<double> RealValues(const Tensor& tensor);

// Those of a constant of a checked graph.
std::vector<double> RealValues(const TensorInfo& constant);

// Writes a network picture into the network's input tensor: the values of InputValues in float32;
// in int8 round(value / scale) + zero point, within -128 … 127, where round goes to the nearest and
// halves away from zero, as TensorFlow Lite's QUANTIZE does. Errors: kModelInvalid when the tensor
// is not [1, height, width, channels] of the preprocessing or of another type; kInvalidArgument
// when the picture has another size.
Status FillInput(const GreyImage& image, const Preprocessing& preprocessing, Tensor& input);

}  // namespace echolens

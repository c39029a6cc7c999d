#include "runtime/networks.h"

namespace echolens {
namespace {

TensorId Pointwise(NetworkCase& test, TensorId x, int in, int out, Activation activation) {
  const TensorId w = test.Filter({out, 1, 1, in}, 0);
  const TensorId b = test.Bias(x, w, out);
  Conv2d op;
  op.activation = activation;
  return test.Add(op, {x, w, b});
}

TensorId Depthwise(NetworkCase& test, TensorId x, int channels, int stride) {
  const TensorId w = test.Filter({1, 3, 3, channels}, 3);
  const TensorId b = test.Bias(x, w, channels);
  DepthwiseConv2d op;
  op.stride = {stride, stride};
  op.activation = Activation::kRelu6;
  return test.Add(op, {x, w, b});
}

TensorId Block(NetworkCase& test, TensorId x, int in, int out, int stride) {
  const TensorId wide = Pointwise(test, x, in, 3 * in, Activation::kRelu6);
  const TensorId deep = Depthwise(test, wide, 3 * in, stride);
  const TensorId narrow = Pointwise(test, deep, 3 * in, out, Activation::kNone);
  return stride == 1 && in == out ? test.Add(Binary{}, {x, narrow}) : narrow;
}

}  // namespace

TensorId AddMobileNetwork(NetworkCase& test, int size, int width, int classes) {
  const TensorId image = test.Input({1, size, size, 3});
  const TensorId padded = test.Add(Pad{{0, 1, 1, 0}, {0, 1, 1, 0}}, {image});
  const TensorId w = test.Filter({width, 3, 3, 3}, 0);
  const TensorId b = test.Bias(padded, w, width);
  TensorId x = test.Add(Conv2d{Padding::kValid, {2, 2}}, {padded, w, b});
  x = Block(test, x, width, width, 1);
  x = Block(test, x, width, 2 * width, 2);
  x = Block(test, x, 2 * width, 2 * width, 1);
  x = test.Add(Mean{}, {x});
  const TensorId dense = test.Filter({classes, 2 * width}, 0);
  const TensorId bias = test.Bias(x, dense, classes);
  return test.Add(FullyConnected{}, {x, dense, bias});
}

}  // namespace echolens

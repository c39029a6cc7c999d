#include "tools/convert/quantise/random_network.h"

#include <algorithm>
#include <cstring>

using namespace echolens;

namespace {

class RandomNetwork {
 public:
  explicit RandomNetwork(NetworkCase& test) : test_(test), random_(test.random) {}

  TensorId Build() {
    const int size = random_.Int(8, 13);
    TensorId x = test_.Input({1, size, random_.Int(8, 13), random_.Int(1, 4)});
    x = Convolution(x, 8, 3, 1);
    for (int i = random_.Int(4, 8); i-- > 0;) x = Step(x);
    x = test_.Add(Mean{random_.Flip()}, {x});
    if (ShapeOf(x).size() == 4) x = test_.Add(Reshape{{1, -1}}, {x});
    x = Dense(x, random_.Int(2, 6));
    return random_.Flip() ? x : test_.Add(Softmax{}, {x});
  }

 private:
  Shape ShapeOf(TensorId id) const {
    return test_.graph().tensors[static_cast<std::size_t>(id)].shape;
  }

  Activation AnyActivation() { return static_cast<Activation>(random_.Int(0, 3)); }

  TensorId Convolution(TensorId x, int out, int window, int stride) {
    const int in = ShapeOf(x)[3];
    const int groups = in % 2 == 0 && out % 2 == 0 && random_.Int(0, 3) == 0 ? 2 : 1;
    const TensorId w = test_.Filter({out, window, window, in / groups}, 0);
    Conv2d op;
    op.stride = {stride, stride};
    op.activation = AnyActivation();
    if (random_.Int(0, 4) == 0) return test_.Add(op, {x, w});
    return test_.Add(op, {x, w, test_.Bias(x, w, out)});
  }

  TensorId Depthwise(TensorId x) {
    const int channels = ShapeOf(x)[3];
    const TensorId w = test_.Filter({1, 3, 3, channels}, 3);
    DepthwiseConv2d op;
    op.activation = AnyActivation();
    return test_.Add(op, {x, w, test_.Bias(x, w, channels)});
  }

  TensorId Dense(TensorId x, int out) {
    const TensorId w = test_.Filter({out, ShapeOf(x).back()}, 0);
    return test_.Add(FullyConnected{}, {x, w, test_.Bias(x, w, out)});
  }

  TensorId Pool(TensorId x) {
    Pool2d op;
    op.kind = random_.Flip() ? PoolKind::kMax : PoolKind::kAverage;
    op.size = {2, 2};
    op.stride = {random_.Int(1, 2), random_.Int(1, 2)};
    if (ShapeOf(x)[1] < 4 || ShapeOf(x)[2] < 4) op.stride = {1, 1};
    op.padding = random_.Flip() ? Padding::kSame : Padding::kValid;
    return test_.Add(op, {x});
  }

  TensorId Gate(TensorId x) {
    const TensorId mean = test_.Add(Mean{true}, {x});
    const TensorId gate = Convolution(mean, ShapeOf(x)[3], 1, 1);
    return test_.Add(Binary{BinaryKind::kMul}, {x, test_.Add(Unary{UnaryKind::kLogistic}, {gate})});
  }

  TensorId Step(TensorId x) {
    const Shape shape = ShapeOf(x);
    const int channels = shape[3];
    if (shape[1] < 3 || shape[2] < 3) return Convolution(x, 8, 1, 1);
    switch (random_.Int(0, 12)) {
      case 0: return Convolution(x, 2 * random_.Int(2, 6), 1, 1);
      case 1: return Convolution(x, 2 * random_.Int(2, 6), 3, random_.Int(1, 2));
      case 2: return Depthwise(x);
      case 3: return Pool(x);
      case 4: return test_.Add(Pad{{0, 1, 0, 0}, {0, 0, 2, 0}}, {x});
      case 5: return test_.Add(Binary{BinaryKind::kAdd, AnyActivation()}, {x, Depthwise(x)});
      case 6: return test_.Add(Binary{BinaryKind::kMul}, {x, test_.Constant({channels})});
      case 7: return test_.Add(Binary{BinaryKind::kAdd}, {test_.Constant({1, 1, 1, channels}), x});
      case 8: return Gate(x);
      case 9: {
        const TensorId left = Convolution(x, 4, 1, 1), right = Convolution(x, 6, 3, 1);
        return test_.Add(Concatenation{3}, {x, left, right});
      }
      case 10:
        return test_.Add(ResizeBilinear{random_.Int(6, 12), random_.Int(6, 12), false, true}, {x});
      case 11: return test_.Add(Unary{static_cast<UnaryKind>(random_.Int(0, 2))}, {x});
      default: return test_.Add(Concatenation{3}, {x, test_.Add(Unary{UnaryKind::kLogistic}, {x})});
    }
  }

  NetworkCase& test_;
  Random& random_;
};

}  // namespace

TensorId AddRandomNetwork(NetworkCase& test) { return RandomNetwork(test).Build(); }

std::vector<float> StoredFloats(const NetworkCase& test, TensorId id) {
  const std::vector<std::uint8_t>& bytes = test.stored(id);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

convert::Ranges ReferenceRanges(const NetworkCase& test) {
  convert::Ranges ranges;
  for (std::size_t i = 0; i < test.graph().tensors.size(); ++i) {
    const std::vector<float> values = StoredFloats(test, static_cast<TensorId>(i));
    const auto [low, high] = std::ranges::minmax(values);
    ranges.push_back({low, high});
  }
  return ranges;
}

convert::Sample SampleOf(const NetworkCase& test) {
  convert::Sample sample;
  for (const TensorId id : test.graph().inputs) sample.push_back(StoredFloats(test, id));
  return sample;
}

convert::Sample RandomSample(const Graph& graph, Random& random) {
  convert::Sample sample;
  for (const TensorId id : graph.inputs) {
    const Shape& shape = graph.tensors[static_cast<std::size_t>(id)].shape;
    std::vector<float> values(static_cast<std::size_t>(ElementCount(shape)));
    for (float& x : values) x = random.Real(-4, 4);
    sample.push_back(std::move(values));
  }
  return sample;
}

#include "runtime/reference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <variant>

namespace echolens::reference {
namespace {

std::size_t Count(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int32_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

Real Zeros(Shape shape) {
  Real real{std::move(shape), {}};
  real.values.resize(Count(real.shape));
  return real;
}

// Of an NHWC tensor (or [out, height, width, in] filter).
template <class R>
auto& At(R& real, int n, int y, int x, int c) {
  const Shape& s = real.shape;
  return real.values[static_cast<std::size_t>(((n * s[1] + y) * s[2] + x) * s[3] + c)];
}

double Clamp(Activation activation, double value) {
  switch (activation) {
    case Activation::kNone: return value;
    case Activation::kRelu: return std::max(value, 0.0);
    case Activation::kRelu6: return std::clamp(value, 0.0, 6.0);
    case Activation::kReluN1To1: return std::clamp(value, -1.0, 1.0);
  }
  return value;
}

// Output size and padding in front, along one axis.
struct Axis {
  int output, before;
};
Axis Slide(int input, int window, int stride, int dilation, Padding padding) {
  const int reach = (window - 1) * dilation + 1;
  if (padding == Padding::kValid) return {(input - reach) / stride + 1, 0};
  const int output = (input + stride - 1) / stride;
  return {output, std::max((output - 1) * stride + reach - input, 0) / 2};
}

// Calls visit(n, output y, output x) with a function that calls its argument with every input pixel
// and its place in the window.
template <class Visit>
Shape Windows(const Shape& in, int height, int width, const std::array<int, 2>& stride,
              const std::array<int, 2>& dilation, Padding padding, Visit visit) {
  const Axis rows = Slide(in[1], height, stride[0], dilation[0], padding);
  const Axis columns = Slide(in[2], width, stride[1], dilation[1], padding);
  for (int n = 0; n < in[0]; ++n) {
    for (int y = 0; y < rows.output; ++y) {
      for (int x = 0; x < columns.output; ++x) {
        visit(n, y, x, [&](auto pixel) {
          for (int i = 0; i < height; ++i) {
            for (int j = 0; j < width; ++j) {
              const int from_y = y * stride[0] - rows.before + i * dilation[0];
              const int from_x = x * stride[1] - columns.before + j * dilation[1];
              if (from_y < 0 || from_y >= in[1] || from_x < 0 || from_x >= in[2]) continue;
              pixel(from_y, from_x, i, j);
            }
          }
        });
      }
    }
  }
  return {in[0], rows.output, columns.output, 0};
}

Shape WindowShape(const Shape& in, int height, int width, const std::array<int, 2>& stride,
                  const std::array<int, 2>& dilation, Padding padding, int channels) {
  return {in[0], Slide(in[1], height, stride[0], dilation[0], padding).output,
          Slide(in[2], width, stride[1], dilation[1], padding).output, channels};
}

// The element of `real` under position `index` of `shape`, which it broadcasts to.
double Broadcast(const Real& real, const Shape& shape, std::size_t index) {
  std::size_t offset = 0, step = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {  // from the last axis
    const auto size = static_cast<std::size_t>(shape[shape.size() - 1 - i]);
    const std::size_t at = index % size;
    index /= size;
    if (i >= real.shape.size()) continue;
    const auto own = static_cast<std::size_t>(real.shape[real.shape.size() - 1 - i]);
    if (own != 1) offset += at * step;
    step *= own;
  }
  return real.values[offset];
}

std::size_t Offset(const Shape& shape, const std::vector<int>& index) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    offset = offset * static_cast<std::size_t>(shape[i]) + static_cast<std::size_t>(index[i]);
  }
  return offset;
}

// Calls visit(index) for every place in `shape`, the last axis fastest.
template <class Visit>
void EachIndex(const Shape& shape, Visit visit) {
  std::vector<int> index(shape.size(), 0);
  for (std::size_t count = Count(shape); count-- > 0;) {
    visit(index);
    for (std::size_t i = shape.size(); i-- > 0;) {
      if (++index[i] < shape[i]) break;
      index[i] = 0;
    }
  }
}

class Runner {
 public:
  explicit Runner(const std::vector<Real>& in) : in_(in) {}

  Real operator()(const Conv2d& op) const {
    const Real& filter = in_[1];
    Real out = Zeros(WindowShape(in_[0].shape, filter.shape[1], filter.shape[2], op.stride,
                                 op.dilation, op.padding, filter.shape[0]));
    const int depth = filter.shape[3], groups = in_[0].shape[3] / depth,
              each = filter.shape[0] / groups;
    Windows(in_[0].shape, filter.shape[1], filter.shape[2], op.stride, op.dilation, op.padding,
            [&](int n, int y, int x, auto pixels) {
              for (int c = 0; c < filter.shape[0]; ++c) {
                double sum = Bias(c);
                pixels([&](int from_y, int from_x, int i, int j) {
                  for (int k = 0; k < depth; ++k) {
                    sum += At(in_[0], n, from_y, from_x, c / each * depth + k) *
                           At(filter, c, i, j, k);
                  }
                });
                At(out, n, y, x, c) = Clamp(op.activation, sum);
              }
            });
    return out;
  }

  Real operator()(const DepthwiseConv2d& op) const {
    const Real& filter = in_[1];
    Real out = Zeros(WindowShape(in_[0].shape, filter.shape[1], filter.shape[2], op.stride,
                                 op.dilation, op.padding, filter.shape[3]));
    Windows(in_[0].shape, filter.shape[1], filter.shape[2], op.stride, op.dilation, op.padding,
            [&](int n, int y, int x, auto pixels) {
              for (int c = 0; c < filter.shape[3]; ++c) {
                double sum = Bias(c);
                pixels([&](int from_y, int from_x, int i, int j) {
                  sum += At(in_[0], n, from_y, from_x, c / op.multiplier) * At(filter, 0, i, j, c);
                });
                At(out, n, y, x, c) = Clamp(op.activation, sum);
              }
            });
    return out;
  }

  Real operator()(const FullyConnected& op) const {
    const std::int32_t outputs = in_[1].shape[0], inputs = in_[1].shape[1];
    const auto rows = static_cast<std::int32_t>(in_[0].values.size()) / inputs;
    Shape shape{rows, outputs};
    if (op.keep_dims) {
      shape = in_[0].shape;
      shape.back() = outputs;
    }
    Real out = Zeros(shape);
    for (int row = 0; row < rows; ++row) {
      for (int c = 0; c < outputs; ++c) {
        double sum = Bias(c);
        for (int k = 0; k < inputs; ++k) {
          sum += in_[0].values[static_cast<std::size_t>(row * inputs + k)] *
                 in_[1].values[static_cast<std::size_t>(c * inputs + k)];
        }
        out.values[static_cast<std::size_t>(row * outputs + c)] = Clamp(op.activation, sum);
      }
    }
    return out;
  }

  Real operator()(const Pool2d& op) const {
    const Shape& in = in_[0].shape;
    Real out = Zeros(WindowShape(in, op.size[0], op.size[1], op.stride, {1, 1}, op.padding, in[3]));
    Windows(in, op.size[0], op.size[1], op.stride, {1, 1}, op.padding,
            [&](int n, int y, int x, auto pixels) {
              for (int c = 0; c < in[3]; ++c) {
                double most = -std::numeric_limits<double>::infinity(), sum = 0, count = 0;
                pixels([&](int from_y, int from_x, int, int) {
                  most = std::max(most, At(in_[0], n, from_y, from_x, c));
                  sum += At(in_[0], n, from_y, from_x, c);
                  ++count;
                });
                At(out, n, y, x, c) =
                    Clamp(op.activation, op.kind == PoolKind::kMax ? most : sum / count);
              }
            });
    return out;
  }

  Real operator()(const Mean& op) const {
    const Shape& in = in_[0].shape;
    Real out = Zeros({in[0], 1, 1, in[3]});
    for (int n = 0; n < in[0]; ++n) {
      for (int c = 0; c < in[3]; ++c) {
        double sum = 0;
        for (int y = 0; y < in[1]; ++y) {
          for (int x = 0; x < in[2]; ++x) sum += At(in_[0], n, y, x, c);
        }
        At(out, n, 0, 0, c) = sum / (in[1] * in[2]);
      }
    }
    if (!op.keep_dims) out.shape = {in[0], in[3]};
    return out;
  }

  Real operator()(const Binary& op) const {
    const Shape &a = in_[0].shape, &b = in_[1].shape;
    Shape shape(std::max(a.size(), b.size()), 1);
    for (const Shape* s : {&a, &b}) {
      for (std::size_t i = 0; i < s->size(); ++i) {
        std::int32_t& size = shape[shape.size() - s->size() + i];
        size = std::max(size, (*s)[i]);
      }
    }
    Real out = Zeros(shape);
    for (std::size_t i = 0; i < out.values.size(); ++i) {
      const double x = Broadcast(in_[0], shape, i), y = Broadcast(in_[1], shape, i);
      double value = 0;
      switch (op.kind) {
        case BinaryKind::kAdd: value = x + y; break;
        case BinaryKind::kMul: value = x * y; break;
        case BinaryKind::kSub: value = x - y; break;
      }
      out.values[i] = Clamp(op.activation, value);
    }
    return out;
  }

  Real operator()(const Pad& op) const {
    Shape shape = in_[0].shape;
    for (std::size_t i = 0; i < shape.size(); ++i) shape[i] += op.before[i] + op.after[i];
    Real out = Zeros(shape);
    std::ranges::fill(out.values, op.value);
    for (std::size_t from = 0; from < in_[0].values.size(); ++from) {
      std::size_t to = 0, step = 1, rest = from;
      for (std::size_t i = shape.size(); i-- > 0;) {
        const auto size = static_cast<std::size_t>(in_[0].shape[i]);
        to += (rest % size + static_cast<std::size_t>(op.before[i])) * step;
        rest /= size;
        step *= static_cast<std::size_t>(shape[i]);
      }
      out.values[to] = in_[0].values[from];
    }
    return out;
  }

  Real operator()(const Concatenation& op) const {
    Shape shape = in_[0].shape;
    const std::size_t axis =
        static_cast<std::size_t>(op.axis + (op.axis < 0 ? static_cast<int>(shape.size()) : 0));
    shape[axis] = 0;
    for (const Real& part : in_) shape[axis] += part.shape[axis];
    Real out{shape, {}};
    const std::size_t outer =
        Count(Shape(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis)));
    for (std::size_t row = 0; row < outer; ++row) {
      for (const Real& part : in_) {
        const std::size_t length = part.values.size() / outer;
        const auto from = part.values.begin() + static_cast<std::ptrdiff_t>(row * length);
        out.values.insert(out.values.end(), from, from + static_cast<std::ptrdiff_t>(length));
      }
    }
    return out;
  }

  Real operator()(const Reshape& op) const {
    Shape shape = op.shape;
    std::int32_t known = 1;
    for (const std::int32_t size : shape) known *= size == -1 ? 1 : size;
    for (std::int32_t& size : shape) {
      if (size == -1) size = static_cast<std::int32_t>(in_[0].values.size()) / known;
    }
    return {shape, in_[0].values};
  }

  Real operator()(const Slice& op) const {
    Real out{op.size, {}};
    EachIndex(op.size, [&](std::vector<int> index) {
      for (std::size_t i = 0; i < index.size(); ++i) index[i] += op.begin[i];
      out.values.push_back(in_[0].values[Offset(in_[0].shape, index)]);
    });
    return out;
  }

  Real operator()(const Permute& op) const {
    Real out;
    for (const std::int32_t axis : op.axes) {
      out.shape.push_back(in_[0].shape[static_cast<std::size_t>(axis)]);
    }
    EachIndex(out.shape, [&](const std::vector<int>& index) {
      std::vector<int> from(index.size());
      for (std::size_t i = 0; i < index.size(); ++i) {
        from[static_cast<std::size_t>(op.axes[i])] = index[i];
      }
      out.values.push_back(in_[0].values[Offset(in_[0].shape, from)]);
    });
    return out;
  }

  Real operator()(const ResizeBilinear& op) const {
    const Shape& in = in_[0].shape;
    Real out = Zeros({in[0], op.height, op.width, in[3]});
    // Where output index i looks in the input.
    const auto source = [&](int i, int from, int to) {
      double scale = static_cast<double>(from) / to;
      if (op.align_corners && to > 1) scale = static_cast<double>(from - 1) / (to - 1);
      const double at = op.half_pixel_centers ? (i + .5) * scale - .5 : i * scale;
      return std::clamp(at, 0.0, static_cast<double>(from - 1));
    };
    for (int n = 0; n < in[0]; ++n) {
      for (int y = 0; y < op.height; ++y) {
        for (int x = 0; x < op.width; ++x) {
          const double at_y = source(y, in[1], op.height), at_x = source(x, in[2], op.width);
          const int top = static_cast<int>(at_y), left = static_cast<int>(at_x);
          const int bottom = std::min(top + 1, in[1] - 1), right = std::min(left + 1, in[2] - 1);
          const double v = at_y - top, h = at_x - left;
          for (int c = 0; c < in[3]; ++c) {
            At(out, n, y, x, c) = (1 - v) * ((1 - h) * At(in_[0], n, top, left, c) +
                                             h * At(in_[0], n, top, right, c)) +
                                  v * ((1 - h) * At(in_[0], n, bottom, left, c) +
                                       h * At(in_[0], n, bottom, right, c));
          }
        }
      }
    }
    return out;
  }

  Real operator()(const Unary& op) const {
    Real out = in_[0];
    for (double& x : out.values) {
      switch (op.kind) {
        case UnaryKind::kRelu: x = Clamp(Activation::kRelu, x); break;
        case UnaryKind::kRelu6: x = Clamp(Activation::kRelu6, x); break;
        case UnaryKind::kHardSwish: x *= std::clamp(x + 3, 0.0, 6.0) / 6; break;
        case UnaryKind::kLogistic: x = 1 / (1 + std::exp(-x)); break;
        case UnaryKind::kTanh: x = std::tanh(x); break;
      }
    }
    return out;
  }

  Real operator()(const Softmax& op) const {
    Real out = in_[0];
    const auto length = static_cast<std::size_t>(out.shape.back());
    for (std::size_t row = 0; row < out.values.size(); row += length) {
      const auto begin = out.values.begin() + static_cast<std::ptrdiff_t>(row);
      const auto end = begin + static_cast<std::ptrdiff_t>(length);
      const double most = *std::max_element(begin, end);
      double sum = 0;
      for (auto x = begin; x != end; ++x) sum += * x = std::exp((*x - most) * op.beta);
      for (auto x = begin; x != end; ++x) *x /= sum;
    }
    return out;
  }

  Real operator()(const Quantize&) const { return in_[0]; }
  Real operator()(const Dequantize&) const { return in_[0]; }

 private:
  double Bias(int channel) const {
    return in_.size() > 2 ? in_[2].values[static_cast<std::size_t>(channel)] : 0;
  }

  const std::vector<Real>& in_;
};

const TensorInfo& Tensor(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

template <class T>
std::vector<T> ConstantData(const TensorInfo& tensor) {
  const auto* data = reinterpret_cast<const T*>(tensor.data.data());
  return {data, data + tensor.data.size() / sizeof(T)};
}

// Stored values less their zero point: the integers that int8 arithmetic is about.
Real Integers(const TensorInfo& tensor, const std::vector<std::int8_t>& stored) {
  Real out{tensor.shape, {}};
  for (const std::int8_t q : stored) out.values.push_back(q - tensor.quantization.zero_points[0]);
  return out;
}

std::int8_t Saturate(double value, const TensorInfo& output) {
  return static_cast<std::int8_t>(
      std::clamp(value + output.quantization.zero_points[0], -128.0, 127.0));
}

// The fused activation's bounds, as stored values.
std::int8_t ClampStored(std::int8_t stored, Activation activation, const TensorInfo& output) {
  const auto bound = [&](double real) {
    return Saturate(std::nearbyint(real / output.quantization.scales[0]), output);
  };
  switch (activation) {
    case Activation::kNone: return stored;
    case Activation::kRelu: return std::max(stored, bound(0));
    case Activation::kRelu6: return std::clamp(stored, bound(0), bound(6));
    case Activation::kReluN1To1: return std::clamp(stored, bound(-1), bound(1));
  }
  return stored;
}

// Integer sums to stored values: multiplied by input scale × filter scale / output scale in single
// precision and rounded to nearest, ties to even.
template <class Op>
std::vector<std::int8_t> Weighted(const Graph& graph, const Node& node, const Op& op,
                                  std::vector<Real> inputs) {
  const TensorInfo &in = Tensor(graph, node.inputs[0]), &filter = Tensor(graph, node.inputs[1]);
  const TensorInfo& out = Tensor(graph, node.outputs[0]);
  Op plain = op;
  plain.activation = Activation::kNone;
  const Real sums = Run(plain, inputs);
  const std::vector<float>& scales = filter.quantization.scales;
  std::vector<std::int8_t> stored;
  for (std::size_t i = 0; i < sums.values.size(); ++i) {
    const std::size_t channel = i % static_cast<std::size_t>(sums.shape.back());
    const float scale = in.quantization.scales[0] * scales[scales.size() > 1 ? channel : 0] /
                        out.quantization.scales[0];
    const float product = static_cast<float>(sums.values[i]) * scale;
    stored.push_back(ClampStored(Saturate(std::nearbyint(product), out), op.activation, out));
  }
  return stored;
}

// The range in which the sum of two int8 tensors is defined by fixed-point numbers.
bool FitsFixedPoint(const Graph& graph, const Node& node) {
  const float out = Tensor(graph, node.outputs[0]).quantization.scales[0];
  return std::ranges::all_of(node.inputs, [&](TensorId id) {
    const float ratio = Tensor(graph, id).quantization.scales[0] / out;
    return ratio >= 1.0F / 1024 && ratio < 256;
  });
}

std::vector<std::int8_t> AddStored(const Graph& graph, const Node& node, const Binary& op,
                                   const std::vector<Real>& inputs) {
  const TensorInfo& out = Tensor(graph, node.outputs[0]);
  const float a = Tensor(graph, node.inputs[0]).quantization.scales[0] / out.quantization.scales[0];
  const float b = Tensor(graph, node.inputs[1]).quantization.scales[0] / out.quantization.scales[0];
  // Fixed point: the larger ratio gets 21 bits, the sum is rounded half up.
  const int shift = 20 - std::ilogb(std::max(a, b));
  const double to_fixed = std::ldexp(1.0, shift);
  const auto fixed_a = static_cast<std::int64_t>(std::nearbyint(a * to_fixed));
  const std::int64_t sign = op.kind == BinaryKind::kSub ? -1 : 1;
  const auto fixed_b = sign * static_cast<std::int64_t>(std::nearbyint(b * to_fixed));
  const Shape& shape = out.shape;
  std::vector<std::int8_t> stored;
  for (std::size_t i = 0; i < Count(shape); ++i) {
    const auto x = static_cast<std::int64_t>(Broadcast(inputs[0], shape, i));
    const auto y = static_cast<std::int64_t>(Broadcast(inputs[1], shape, i));
    const std::int64_t sum = x * fixed_a + y * fixed_b + (std::int64_t{1} << (shift - 1));
    const std::int8_t rounded = Saturate(static_cast<double>(sum >> shift), out);
    stored.push_back(ClampStored(rounded, op.activation, out));
  }
  return stored;
}

std::vector<std::int8_t> MeanStored(const Graph& graph, const Node& node, const Mean& op,
                                    const Real& input) {
  const TensorInfo& out = Tensor(graph, node.outputs[0]);
  const int count = input.shape[1] * input.shape[2];
  const float scale = Tensor(graph, node.inputs[0]).quantization.scales[0] /
                      out.quantization.scales[0] * (1.0F / static_cast<float>(count));
  std::vector<std::int8_t> stored;
  for (const double mean : Run(op, {input}).values) {
    const float product = static_cast<float>(std::nearbyint(mean * count)) * scale;
    stored.push_back(Saturate(std::nearbyint(product), out));
  }
  return stored;
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

Real Run(const Operator& op, const std::vector<Real>& inputs) {
  return std::visit(Runner(inputs), op);
}

Real ToReal(const TensorInfo& tensor, const std::vector<std::int8_t>& stored) {
  Real real = Integers(tensor, stored);
  for (double& value : real.values) value *= double{tensor.quantization.scales[0]};
  return real;
}

Int8Answer RunInt8(const Graph& graph, const Node& node,
                   const std::vector<std::vector<std::int8_t>>& inputs) {
  const TensorInfo& out = Tensor(graph, node.outputs[0]);
  std::vector<Real> integers, reals;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorInfo& tensor = Tensor(graph, node.inputs[i]);
    integers.push_back(Integers(tensor, inputs[i]));
    reals.push_back(ToReal(tensor, inputs[i]));
  }
  const auto weighted = [&](const auto& op) -> Int8Answer {
    const TensorInfo& filter = Tensor(graph, node.inputs[1]);
    Real weights{filter.shape, {}};
    for (const std::int8_t w : ConstantData<std::int8_t>(filter)) weights.values.push_back(w);
    std::vector<Real> all{integers[0], weights};
    if (node.inputs.size() > 2) {
      const TensorInfo& bias = Tensor(graph, node.inputs[2]);
      all.push_back({bias.shape, {}});
      for (const std::int32_t b : ConstantData<std::int32_t>(bias)) all.back().values.push_back(b);
    }
    return {Weighted(graph, node, op, all), true};
  };
  const auto moved = [&](const auto& op) -> Int8Answer {
    Int8Answer answer{{}, true};
    for (const double value : Run(op, integers).values)
      answer.values.push_back(Saturate(value, out));
    return answer;
  };
  const auto real = [&](const auto& op) -> Int8Answer {
    Int8Answer answer{{}, false};
    for (const double value : Run(op, reals).values) {
      answer.values.push_back(
          Saturate(std::nearbyint(value / double{out.quantization.scales[0]}), out));
    }
    return answer;
  };
  return std::visit(
      Overloaded{
          [&](const Conv2d& op) { return weighted(op); },
          [&](const DepthwiseConv2d& op) { return weighted(op); },
          [&](const FullyConnected& op) { return weighted(op); },
          [&](const Mean& op) {
            return Int8Answer{MeanStored(graph, node, op, integers[0]), true};
          },
          [&](const Pool2d& op) {
            if (op.kind == PoolKind::kAverage) return real(op);
            Pool2d plain = op;
            plain.activation = Activation::kNone;
            Int8Answer answer = moved(plain);
            for (std::int8_t& q : answer.values) q = ClampStored(q, op.activation, out);
            return answer;
          },
          [&](const Binary& op) {
            if (op.kind == BinaryKind::kMul || !FitsFixedPoint(graph, node)) return real(op);
            return Int8Answer{AddStored(graph, node, op, integers), true};
          },
          [&](const Pad& op) {
            // Among integers, what is padded with is one of them.
            Pad stored = op;
            const double zero_point = out.quantization.zero_points[0];
            const float padding = op.value / out.quantization.scales[0];
            stored.value = static_cast<float>(Saturate(std::nearbyint(padding), out) - zero_point);
            return moved(stored);
          },
          [&](const Slice& op) { return moved(op); }, [&](const Permute& op) { return moved(op); },
          [&](const Reshape& op) { return moved(op); },
          [&](const Concatenation& op) {
            bool same = true;
            for (const TensorId id : node.inputs) {
              const Quantization& q = Tensor(graph, id).quantization;
              same &= q.scales == out.quantization.scales &&
                      q.zero_points == out.quantization.zero_points;
            }
            return same ? moved(op) : real(op);
          },
          [&](const auto& op) { return real(op); }},
      node.op);
}

}  // namespace echolens::reference

#include "convert/evaluate.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numeric>

#include "convert/evaluate/windows.h"

namespace echolens::convert {
namespace {

// Elements between neighbours along each axis.
std::vector<std::size_t> Strides(const Shape& shape) {
  std::vector<std::size_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * Size(shape[i]);
  return strides;
}

// Calls visit(sum of index × stride) for every index of `shape`, the last axis fastest.
template <class Visit>
void Walk(const Shape& shape, const std::vector<std::size_t>& strides, Visit visit,
          std::size_t axis = 0, std::size_t offset = 0) {
  if (axis == shape.size()) return visit(offset);
  for (std::size_t i = 0; i < Size(shape[axis]); ++i) {
    Walk(shape, strides, visit, axis + 1, offset + i * strides[axis]);
  }
}

// NumPy's rule: missing axes in front and axes of 1 are repeated.
Values Broadcast(const Operand& in, const Shape& shape) {
  std::vector<std::size_t> strides(shape.size(), 0);
  const std::vector<std::size_t> own = Strides(in.shape);
  const std::size_t missing = shape.size() - in.shape.size();
  for (std::size_t i = 0; i < own.size(); ++i) {
    strides[missing + i] = in.shape[i] == 1 ? 0 : own[i];
  }
  Values out;
  out.reserve(Count(shape));
  Walk(shape, strides, [&](std::size_t offset) { out.push_back(in.values[offset]); });
  return out;
}

Values Evaluate(const Dense& op, const Operand& in, const Shape& shape) {
  const std::size_t outputs = Size(op.weights_shape[0]), inputs = Size(op.weights_shape[1]);
  Values out(Count(shape));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double* x = &in.values[i / outputs * inputs];
    const float* weight = &op.weights[i % outputs * inputs];
    double sum = op.bias.empty() ? 0.0 : op.bias[i % outputs];
    for (std::size_t k = 0; k < inputs; ++k) sum += x[k] * weight[k];
    out[i] = sum;
  }
  return out;
}

Values Evaluate(const BatchNormalization& op, const Operand& in, const Shape&) {
  const std::size_t channels = Size(in.shape.back());
  Values out = in.values;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t c = i % channels;
    const double gamma = op.gamma.empty() ? 1.0 : op.gamma[c];
    const double beta = op.beta.empty() ? 0.0 : op.beta[c];
    out[i] = gamma * (out[i] - op.mean[c]) / std::sqrt(op.variance[c] + op.epsilon) + beta;
  }
  return out;
}

Values Evaluate(const Affine& op, const Operand& in, const Shape&) {
  const std::size_t channels = Size(in.shape.back());
  Values out = in.values;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t c = i % channels;
    out[i] =
        out[i] * op.scale[op.scale.size() == 1 ? 0 : c] + op.offset[op.offset.size() == 1 ? 0 : c];
  }
  return out;
}

Values Softmax(const Operand& in) {
  const std::size_t channels = Size(in.shape.back());
  Values out = in.values;
  for (auto row = out.begin(); row != out.end(); row += static_cast<std::ptrdiff_t>(channels)) {
    const auto end = row + static_cast<std::ptrdiff_t>(channels);
    const double most = *std::max_element(row, end);
    std::transform(row, end, row, [&](double x) { return std::exp(x - most); });
    const double sum = std::accumulate(row, end, 0.0);
    std::transform(row, end, row, [&](double x) { return x / sum; });
  }
  return out;
}

double Activate(const ActivationLayer& op, double x) {
  const double sigmoid = 1 / (1 + std::exp(-x));
  switch (op.kind) {
    case ActivationKind::kRelu: return std::max(x, 0.0);
    case ActivationKind::kSigmoid: return sigmoid;
    case ActivationKind::kTanh: return std::tanh(x);
    case ActivationKind::kSilu: return x * sigmoid;
    case ActivationKind::kHardSwish: return x * std::clamp(x + 3, 0.0, 6.0) / 6;
    case ActivationKind::kHardSigmoid: return std::clamp(op.alpha * x + op.beta, 0.0, 1.0);
    case ActivationKind::kClip: return std::clamp(x, op.alpha, op.beta);
    case ActivationKind::kSoftmax: break;  // not of one element
  }
  return x;
}

Values Evaluate(const ActivationLayer& op, const Operand& in, const Shape&) {
  if (op.kind == ActivationKind::kSoftmax) return Softmax(in);
  Values out = in.values;
  for (double& x : out) x = Activate(op, x);
  return out;
}

Values Evaluate(const ReshapeLayer&, const Operand& in, const Shape&) { return in.values; }

Values Evaluate(const Transpose& op, const Operand& in, const Shape& shape) {
  const std::vector<std::size_t> own = Strides(in.shape);
  std::vector<std::size_t> strides;
  for (const int axis : op.permutation) strides.push_back(own[Size(axis)]);
  Values out;
  out.reserve(in.values.size());
  Walk(shape, strides, [&](std::size_t offset) { out.push_back(in.values[offset]); });
  return out;
}

Values Evaluate(const PadLayer& op, const Operand& in, const Shape& shape) {
  const std::vector<std::size_t> strides = Strides(shape);
  std::size_t start = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) start += Size(op.before[i]) * strides[i];
  Values out(Count(shape), op.value);
  auto from = in.values.begin();
  Walk(in.shape, strides, [&](std::size_t offset) { out[start + offset] = *from++; });
  return out;
}

Values Evaluate(const SliceLayer& op, const Operand& in, const Shape& shape) {
  const std::vector<std::size_t> strides = Strides(in.shape);
  std::size_t start = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) start += Size(op.begin[i]) * strides[i];
  Values out;
  out.reserve(Count(shape));
  Walk(shape, strides, [&](std::size_t offset) { out.push_back(in.values[start + offset]); });
  return out;
}

// Halves go to the even neighbour, as in ONNX.
Values Evaluate(const FakeQuantize& op, const Operand& in, const Shape&) {
  Values out = in.values;
  for (double& x : out) {
    const double stored = std::clamp(std::nearbyint(x / op.scale) + op.zero_point, -128.0, 127.0);
    x = (stored - op.zero_point) * op.scale;
  }
  return out;
}

Values Evaluate(const Arithmetic& op, const Operand& a, const Operand& b, const Shape& shape) {
  Values out = Broadcast(a, shape);
  const Values other = Broadcast(b, shape);
  for (std::size_t i = 0; i < out.size(); ++i) {
    switch (op.kind) {
      case ArithmeticKind::kAdd: out[i] += other[i]; break;
      case ArithmeticKind::kSubtract: out[i] -= other[i]; break;
      case ArithmeticKind::kMultiply: out[i] *= other[i]; break;
    }
  }
  return out;
}

Values Evaluate(const Concatenate& op, const std::vector<Operand>& in, const Shape& shape) {
  const std::size_t axis = Size(op.axis < 0 ? op.axis + static_cast<int>(shape.size()) : op.axis);
  const std::size_t step = Strides(shape)[axis], slices = Count(shape) / step / Size(shape[axis]);
  Values out;
  out.reserve(Count(shape));
  for (std::size_t i = 0; i < slices; ++i) {
    for (const Operand& part : in) {
      const std::size_t length = Size(part.shape[axis]) * step;
      const auto from = part.values.begin() + static_cast<std::ptrdiff_t>(i * length);
      out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(length));
    }
  }
  return out;
}

Values EvaluateNode(const SourceOp& op, const std::vector<Operand>& in, const Shape& shape,
                    const EvaluateOptions& options) {
  return std::visit(
      Overloaded{[](const ConstantValue& o) { return Values(o.data.begin(), o.data.end()); },
                 [&](const Arithmetic& o) { return Evaluate(o, in[0], in[1], shape); },
                 [&](const Concatenate& o) { return Evaluate(o, in, shape); },
                 [&](const FakeQuantize& o) {
                   return options.quantized ? Evaluate(o, in[0], shape) : in[0].values;
                 },
                 [&](const auto& o) { return Evaluate(o, in[0], shape); }},
      op);
}

Result<std::vector<Values>> Run(const SourceNetwork& network, const std::vector<Values>& inputs,
                                const EvaluateOptions& options) {
  std::vector<Values> values(network.values.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) values[Size(network.inputs[i])] = inputs[i];

  // Node by node, and what no later node reads is forgotten.
  std::vector<std::size_t> last_use(values.size(), 0);
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    for (const ValueId id : network.nodes[i].inputs) last_use[Size(id)] = i;
  }
  for (const ValueId id : network.outputs) last_use[Size(id)] = network.nodes.size();
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    if (options.stop && options.stop()) return Error{ErrorCode::kInternal, "stopped"};
    const SourceNode& node = network.nodes[i];
    std::vector<Operand> operands;
    for (const ValueId id : node.inputs) {
      operands.push_back({network.values[Size(id)].shape, values[Size(id)]});
    }
    const std::size_t to = Size(node.output);
    values[to] = EvaluateNode(node.op, operands, network.values[to].shape, options);
    for (const ValueId id : node.inputs) {
      if (last_use[Size(id)] == i) values[Size(id)] = Values();  // not {}, which keeps the memory
    }
  }
  std::vector<Values> outputs;
  for (const ValueId id : network.outputs) outputs.push_back(values[Size(id)]);
  return outputs;
}

}  // namespace

Result<std::vector<Values>> Evaluate(const SourceNetwork& network,
                                     const std::vector<Values>& inputs,
                                     const EvaluateOptions& options) {
  const auto invalid = [](const std::string& what, std::size_t got, std::size_t expected) {
    return Error{ErrorCode::kInvalidArgument,
                 what + ": got " + std::to_string(got) + ", expected " + std::to_string(expected)};
  };
  if (inputs.size() != network.inputs.size()) {
    return invalid("inputs of the network", inputs.size(), network.inputs.size());
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const SourceValue& value = network.values[Size(network.inputs[i])];
    if (inputs[i].size() == Count(value.shape)) continue;
    return invalid("values of input " + Quoted(value.name), inputs[i].size(), Count(value.shape));
  }
  try {
    return Run(network, inputs, options);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "no memory left to evaluate the source network"};
  }
}

}  // namespace echolens::convert

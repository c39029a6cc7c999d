// Operators that look at one element at a time, or one of each input: activations, arithmetic,
// batch normalisation.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "convert/onnx/layout.h"
#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <ActivationKind kind>
Result<Activation> ReadActivation(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  return node.Emit(ActivationLayer{kind, 0, 0}, input);
}

Result<Activation> ReadHardSigmoid(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  ECHOLENS_ASSIGN(const double alpha, node.Float("alpha", 0.2f));
  ECHOLENS_ASSIGN(const double beta, node.Float("beta", 0.5f));
  return node.Emit(ActivationLayer{ActivationKind::kHardSigmoid, alpha, beta}, input);
}

// Either bound may be left out.
Result<Activation> ReadClip(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  double low = -kInfinity, high = kInfinity;
  if (node.Has(1)) {
    ECHOLENS_ASSIGN(low, node.NumberAt(1, "the lower bound"));
  }
  if (node.Has(2)) {
    ECHOLENS_ASSIGN(high, node.NumberAt(2, "the upper bound"));
  }
  return node.Emit(ActivationLayer{ActivationKind::kClip, low, high}, input);
}

// Min or Max with one number: half a Clip.
Result<Activation> ReadBound(NodeReader& node) {
  const std::size_t constant = node.IsConstant(0) ? 0 : 1;
  if (node.input_count() != 2) {
    return node.Unsupported("it has " + std::to_string(node.input_count()) +
                            " inputs, expected a value and a number");
  }
  ECHOLENS_ASSIGN(const double bound, node.NumberAt(constant, "the bound"));
  ECHOLENS_ASSIGN(const Activation input, node.Map(1 - constant));
  const bool low = node.op() == "Max";
  return node.Emit(
      ActivationLayer{ActivationKind::kClip, low ? bound : -kInfinity, low ? kInfinity : bound},
      input);
}

Result<Activation> ReadIdentity(NodeReader& node) { return node.QuantisedMap(0); }

Result<Activation> ReadDropout(NodeReader& node) {
  if (node.Has(2)) {
    ECHOLENS_ASSIGN(const double training, node.NumberAt(2, "training_mode"));
    if (training != 0) {
      return node.Unsupported("it drops values at random: export the model in evaluation mode");
    }
  }
  return node.Map(0);
}

Result<Activation> ReadCast(NodeReader& node) {
  ECHOLENS_ASSIGN(const std::int64_t to, node.Int("to", fb::TensorProto::FLOAT));
  if (to == fb::TensorProto::FLOAT || to == fb::TensorProto::FLOAT16 ||
      to == fb::TensorProto::DOUBLE) {
    return node.Map(0);
  }
  return node.Unsupported("it casts a value that depends on the network's input to element type " +
                          std::to_string(to) + ", expected float32");
}

Result<Activation> ReadNeg(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  return node.Emit(Affine{{-1}, {0}}, input);
}

Result<Activation> ReadBatchNormalization(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation raw, node.Map(0));
  ECHOLENS_ASSIGN(const std::int64_t training, node.Int("training_mode", 0));
  if (training != 0) {
    return node.Unsupported("it is in training mode: export the model in evaluation mode");
  }
  if (raw.shape.size() < 2) return node.Corrupt("its input is " + ShapeText(raw.shape));
  ECHOLENS_ASSIGN(const Activation input, InOrder(node, raw, ChannelsLast(raw.shape.size())));
  BatchNormalization op;
  ECHOLENS_ASSIGN(op.epsilon, node.Float("epsilon", 1e-5f));
  std::vector<float>* const parts[] = {&op.gamma, &op.beta, &op.mean, &op.variance};
  const char* const names[] = {"scale", "B", "mean", "var"};
  for (std::size_t i = 0; i < 4; ++i) {
    ECHOLENS_ASSIGN(const ConstantPtr part, node.ConstantAt(i + 1, names[i]));
    if (part->floats.empty()) return node.Corrupt(std::string(names[i]) + " is no float tensor");
    *parts[i] = part->floats;
  }
  return node.Emit(std::move(op), input);
}

// A number, or one a channel, as far as the last axis tells.
bool IsPerChannel(const Shape& shape, const Shape& other) {
  const auto is_one = [](std::int32_t n) { return n == 1; };
  return !shape.empty() && shape.size() == other.size() &&
         std::all_of(shape.begin(), shape.end() - 1, is_one) &&
         (shape.back() == 1 || shape.back() == other.back());
}

// One input is constant. Scales and offsets of whole channels become Affine, which folding knows.
Result<Activation> WithConstant(NodeReader& node, const std::string& kind, bool constant_first) {
  ECHOLENS_ASSIGN(Activation input, node.Map(constant_first ? 1 : 0));
  ECHOLENS_ASSIGN(const ConstantPtr constant,
                  node.ConstantAt(constant_first ? 0 : 1, "the constant"));
  if (!constant->is_float()) return node.Corrupt("its inputs are of two types");
  if (kind == "Div" && constant_first) {
    return node.Unsupported("it divides by a value that depends on the network's input");
  }
  if (constant->shape.size() > input.shape.size()) {
    Shape shape = input.shape;
    shape.insert(shape.begin(), constant->shape.size() - shape.size(), 1);
    ECHOLENS_ASSIGN(input, Reshaped(node, input, shape));
  }
  ECHOLENS_ASSIGN(ConstantValue laid, LaidOut(node, *constant, input));
  const Shape& own = node.reading().network.values[static_cast<std::size_t>(input.id)].shape;
  if (IsPerChannel(laid.shape, own)) {
    Affine op{{1}, {0}};
    const bool additive = kind == "Add" || kind == "Sub";
    std::vector<double>& values = additive ? op.offset : op.scale;
    values.assign(laid.data.begin(), laid.data.end());
    if (kind == "Sub" && constant_first) op.scale = {-1};
    for (double& value : values) {
      if (kind == "Div") value = 1 / value;
      if (kind == "Sub" && !constant_first) value = -value;
    }
    return node.Emit(std::move(op), input);
  }
  if (kind == "Div") {
    for (float& value : laid.data) value = 1 / value;
  }
  ECHOLENS_ASSIGN(const Activation other, node.Emit(std::move(laid), {}, input.order, "/constant"));
  const Arithmetic op{kind == "Add"   ? ArithmeticKind::kAdd
                      : kind == "Sub" ? ArithmeticKind::kSubtract
                                      : ArithmeticKind::kMultiply};
  return constant_first ? node.Emit(op, {other.id, input.id}, input.order)
                        : node.Emit(op, {input.id, other.id}, input.order);
}

Result<Activation> ReadArithmetic(NodeReader& node) {
  const std::string& kind = node.op();
  if (node.IsConstant(0) || node.IsConstant(1)) {
    return WithConstant(node, kind, node.IsConstant(0));
  }
  if (kind == "Div") {
    return node.Unsupported("it divides by a value that depends on the network's input");
  }
  ECHOLENS_ASSIGN(Activation a, node.Map(0));
  ECHOLENS_ASSIGN(Activation b, node.Map(1));
  for (Activation* shorter : {&a, &b}) {  // ONNX adds axes in front, before they are reordered
    Shape shape = shorter->shape;
    const std::size_t rank = std::max(a.shape.size(), b.shape.size());
    shape.insert(shape.begin(), rank - shape.size(), 1);
    ECHOLENS_ASSIGN(*shorter, Reshaped(node, *shorter, shape));
  }
  const bool first = ElementCount(a.shape) >= ElementCount(b.shape);  // moving the smaller is cheap
  const std::vector<int> order = (first ? a : b).order;
  ECHOLENS_ASSIGN(a, InOrder(node, a, order));
  ECHOLENS_ASSIGN(b, InOrder(node, b, order));
  const Arithmetic op{kind == "Add"   ? ArithmeticKind::kAdd
                      : kind == "Sub" ? ArithmeticKind::kSubtract
                                      : ArithmeticKind::kMultiply};
  return node.Emit(op, {a.id, b.id}, order);
}

}  // namespace

ReadOperator FindElementwiseOperator(const std::string& op) {
  static const std::unordered_map<std::string, ReadOperator> table{
      {"Relu", ReadActivation<ActivationKind::kRelu>},
      {"Sigmoid", ReadActivation<ActivationKind::kSigmoid>},
      {"Tanh", ReadActivation<ActivationKind::kTanh>},
      {"HardSwish", ReadActivation<ActivationKind::kHardSwish>},
      {"HardSigmoid", ReadHardSigmoid},
      {"Clip", ReadClip},
      {"Min", ReadBound},
      {"Max", ReadBound},
      {"Neg", ReadNeg},
      {"Identity", ReadIdentity},
      {"Dropout", ReadDropout},
      {"Cast", ReadCast},
      {"CastLike", ReadIdentity},
      {"BatchNormalization", ReadBatchNormalization},
      {"Add", ReadArithmetic},
      {"Sub", ReadArithmetic},
      {"Mul", ReadArithmetic},
      {"Div", ReadArithmetic},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx

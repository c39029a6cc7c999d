#include "model/graph.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/decimal.h"

namespace echolens {
namespace {

// Laid out as ECMA-262 says (Number::toString).
template <class T>
std::string ShortestText(T number) {
  if (std::isnan(number)) return "nan";
  if (number < 0) return "-" + ShortestText(-number);
  if (std::isinf(number)) return "inf";
  if (number == 0) return "0";
  auto [digits, point] = ShortestDecimal(number);
  const auto zeros = [](int count) { return std::string(static_cast<std::size_t>(count), '0'); };
  const auto count = static_cast<int>(digits.size());
  if (point < -5 || point > 21) {
    if (count > 1) digits.insert(1, ".");
    return digits + (point < 1 ? "e-" : "e+") + std::to_string(std::abs(point - 1));
  }
  if (point <= 0) return "0." + zeros(-point) + digits;
  if (point >= count) return digits + zeros(point - count);
  return digits.insert(static_cast<std::size_t>(point), ".");
}

}  // namespace

std::string OperatorName(const Operator& op) {
  return std::visit(Overloaded{
                        [](const Conv2d&) { return "CONV_2D"; },
                        [](const DepthwiseConv2d&) { return "DEPTHWISE_CONV_2D"; },
                        [](const FullyConnected&) { return "FULLY_CONNECTED"; },
                        [](const Pool2d& pool) {
                          return pool.kind == PoolKind::kMax ? "MAX_POOL_2D" : "AVERAGE_POOL_2D";
                        },
                        [](const Mean&) { return "MEAN"; },
                        [](const Binary& binary) {
                          switch (binary.kind) {
                            case BinaryKind::kAdd: return "ADD";
                            case BinaryKind::kMul: return "MUL";
                            case BinaryKind::kSub: return "SUB";
                          }
                          return "BINARY";
                        },
                        [](const Pad& pad) { return pad.value == 0 ? "PAD" : "PADV2"; },
                        [](const Concatenation&) { return "CONCATENATION"; },
                        [](const Reshape&) { return "RESHAPE"; },
                        [](const Slice&) { return "STRIDED_SLICE"; },
                        [](const Permute&) { return "TRANSPOSE"; },
                        [](const ResizeBilinear&) { return "RESIZE_BILINEAR"; },
                        [](const Unary& unary) {
                          switch (unary.kind) {
                            case UnaryKind::kRelu: return "RELU";
                            case UnaryKind::kRelu6: return "RELU6";
                            case UnaryKind::kHardSwish: return "HARD_SWISH";
                            case UnaryKind::kLogistic: return "LOGISTIC";
                            case UnaryKind::kTanh: return "TANH";
                          }
                          return "UNARY";
                        },
                        [](const Softmax&) { return "SOFTMAX"; },
                        [](const Quantize&) { return "QUANTIZE"; },
                        [](const Dequantize&) { return "DEQUANTIZE"; },
                    },
                    op);
}

std::string NodeName(const Graph& graph, std::size_t node) {
  std::string text = "node " + std::to_string(node);
  if (node >= graph.nodes.size()) return text;
  const Node& n = graph.nodes[node];
  text += " (" + OperatorName(n.op) + ")";
  if (n.outputs.empty() || n.outputs[0] < 0) return text;
  const auto output = static_cast<std::size_t>(n.outputs[0]);
  if (output < graph.tensors.size()) text += " " + Quoted(graph.tensors[output].name);
  return text;
}

std::string TensorName(const Graph& graph, TensorId tensor) {
  std::string text = "tensor " + std::to_string(tensor);
  if (tensor >= 0 && static_cast<std::size_t>(tensor) < graph.tensors.size()) {
    text += " " + Quoted(graph.tensors[static_cast<std::size_t>(tensor)].name);
  }
  return text;
}

std::string Quoted(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  std::string text = "'";
  for (const char c : name.substr(0, kLongest)) text += c >= ' ' && c <= '~' ? c : '?';
  return text + (name.size() > kLongest ? "...'" : "'");
}

std::string NumberText(float number) { return ShortestText(number); }
std::string NumberText(double number) { return ShortestText(number); }

std::string ShapeText(const Shape& shape) {
  std::string text = "[";
  for (const std::int32_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

std::string_view TypeName(DataType type) {
  switch (type) {
    case DataType::kFloat32: return "float32";
    case DataType::kInt8: return "int8";
    case DataType::kInt32: return "int32";
  }
  return "?";
}

std::int64_t ElementCount(const Shape& shape) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int32_t size : shape) {
    if (size <= 0) return 0;
  }
  std::int64_t count = 1;
  for (const std::int32_t size : shape) {
    if (count > kMost / size) return kMost;
    count *= size;
  }
  return count;
}

}  // namespace echolens

#include "convert/onnx/inputs.h"

#include <algorithm>
#include <unordered_set>

#include "convert/onnx/layout.h"

namespace echolens::convert::onnx {
namespace {

// Operators that leave open where the channels are.
bool KeepsLayout(const std::string& op) {
  static const std::unordered_set<std::string> kNames{
      "Add",     "Sub",  "Mul",  "Div",     "Neg",      "Relu",           "Clip",
      "Sigmoid", "Tanh", "Cast", "Dropout", "Identity", "QuantizeLinear", "DequantizeLinear"};
  return kNames.contains(op);
}

// Whether the picture is NHWC: its way begins with a Transpose to NCHW, as TensorFlow's networks
// do. Where nothing tells, it is what ONNX's operators want, NCHW, unless the sizes speak against
// it.
bool IsNhwc(const fb::GraphProto& graph, const std::string& input, const Shape& shape) {
  std::unordered_set<std::string> same{input};
  for (const fb::NodeProto& node : graph.node()) {
    if (std::ranges::none_of(node.input(), [&](const auto& name) { return same.contains(name); }))
      continue;
    const std::string& op = node.op_type();
    if (KeepsLayout(op)) {
      same.insert(node.output().begin(), node.output().end());
      continue;
    }
    if (op == "Transpose") {
      return node.attribute_size() == 1 &&
             std::ranges::equal(node.attribute(0).ints(), std::array{0, 3, 1, 2});
    }
    if (op != "Reshape" && op != "Flatten" && op != "Squeeze") return false;
    break;
  }
  return shape[3] <= 4 && shape[1] > 4;
}

Result<Shape> ReadShape(const fb::ValueInfoProto& input, const OnnxOptions& options) {
  const std::string place = "input " + Quoted(input.name());
  const fb::TypeProto::Tensor& type = input.type().tensor_type();
  if (type.elem_type() != fb::TensorProto::FLOAT && type.elem_type() != fb::TensorProto::FLOAT16 &&
      type.elem_type() != fb::TensorProto::DOUBLE) {
    return Error{
        ErrorCode::kSourceUnsupported,
        place + " is of element type " + std::to_string(type.elem_type()) + ", expected float32"};
  }
  // Of four axes, the channels are the one whose size is known, NCHW or NHWC.
  const int rank = type.shape().dim_size();
  const bool last = rank == 4 && type.shape().dim(1).dim_value() < 1;
  Shape shape;
  for (int i = 0; i < rank; ++i) {
    const auto& dim = type.shape().dim(i);
    std::int64_t size = dim.dim_value();
    if (size < 1 && i == 0) size = 1;  // the batch
    const int side = i - (last ? 1 : 2);
    if (size < 1 && rank == 4 && (side == 0 || side == 1)) {
      size = options.input_size[static_cast<std::size_t>(side)];
    }
    if (size < 1) {
      return Error{ErrorCode::kSourceUnsupported,
                   place + " has no known size along axis " + std::to_string(i) +
                       (dim.dim_param().empty() ? "" : ", " + Quoted(dim.dim_param())) +
                       ": export the model with fixed input size, or say it (--input-size)"};
    }
    shape.push_back(static_cast<std::int32_t>(std::min(size, kMaxConstantElements)));
  }
  return shape;
}

}  // namespace

Status ReadInputs(const fb::GraphProto& graph, const OnnxOptions& options, Reading& reading,
                  Scope& scope) {
  for (const fb::ValueInfoProto& input : graph.input()) {
    if (scope.initializers.contains(input.name())) continue;
    ECHOLENS_ASSIGN(const Shape shape, ReadShape(input, options));
    std::vector<int> order = OnnxOrder(shape.size());
    if (shape.size() == 4 && !IsNhwc(graph, input.name(), shape)) {
      order = ChannelsLast(4);
      reading.channels_first = true;
    }
    Shape lying;
    for (const int axis : order) lying.push_back(shape[static_cast<std::size_t>(axis)]);
    ECHOLENS_ASSIGN(const ValueId id, AddInput(reading.network, input.name(), lying));
    const Activation value = Lying(reading.network, id, std::move(order));
    if (!scope.values.emplace(input.name(), value).second) {
      return Error{ErrorCode::kSourceCorrupt,
                   "input " + Quoted(input.name()) + " is there already"};
    }
  }
  return Ok();
}

}  // namespace echolens::convert::onnx

#include "runtime/builder.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace echolens {
namespace {

std::string StatusText(xnn_status status) {
  switch (status) {
    case xnn_status_invalid_parameter: return "invalid parameter";
    case xnn_status_unsupported_parameter: return "unsupported parameter";
    case xnn_status_unsupported_hardware: return "unsupported processor";
    case xnn_status_out_of_memory: return "out of memory";
    default: return "status " + std::to_string(status);
  }
}

}  // namespace

SubgraphBuilder::SubgraphBuilder(const Graph& graph, xnn_subgraph_t subgraph, Constants& constants)
    : graph_(graph),
      subgraph_(subgraph),
      constants_(constants),
      values_(graph.tensors.size()),
      constant_data_(graph.tensors.size()) {}

Result<Value> SubgraphBuilder::ValueOf(TensorId id) {
  Value& value = values_[static_cast<std::size_t>(id)];
  if (value.id != XNN_INVALID_VALUE_ID) return value;
  const void* data = nullptr;
  if (graph_.tensors[static_cast<std::size_t>(id)].constant()) {
    ECHOLENS_ASSIGN(data, ConstantData(id));
  }
  ECHOLENS_ASSIGN(value, Define(Describe(id), data, XNN_INVALID_VALUE_ID, 0));
  return value;
}

Status SubgraphBuilder::BindExternal(TensorId id, std::uint32_t external_id, std::uint32_t flags) {
  ECHOLENS_ASSIGN(values_[static_cast<std::size_t>(id)],
                  Define(Describe(id), nullptr, external_id, flags));
  return Ok();
}

Value SubgraphBuilder::Describe(TensorId id) const {
  const TensorInfo& info = graph_.tensors[static_cast<std::size_t>(id)];
  if (info.type == DataType::kFloat32) return Value::Float(info.shape);
  return Value::Int8(info.shape, info.quantization.scales[0], info.quantization.zero_points[0]);
}

Result<Value> SubgraphBuilder::Temporary(Value value) {
  temporary_bytes_ += static_cast<std::size_t>(ElementCount(value.shape)) * ElementSize(value.type);
  return Define(std::move(value), nullptr, XNN_INVALID_VALUE_ID, 0);
}

Result<Value> SubgraphBuilder::Constant(Value value, const void* data) {
  ECHOLENS_ASSIGN(const void* kept, Keep(value.type, value.shape, data));
  return Define(std::move(value), kept, XNN_INVALID_VALUE_ID, 0);
}

Result<const void*> SubgraphBuilder::ConstantData(TensorId id) {
  const void*& data = constant_data_[static_cast<std::size_t>(id)];
  if (data == nullptr) {
    const TensorInfo& info = graph_.tensors[static_cast<std::size_t>(id)];
    ECHOLENS_ASSIGN(data, Keep(info.type, info.shape, info.data.data()));
  }
  return data;
}

Result<std::uint32_t> SubgraphBuilder::ChannelwiseStatic(DataType type, const Shape& shape,
                                                         std::size_t axis, const void* data,
                                                         std::vector<float> scales) {
  constants_.scales.push_back(std::move(scales));
  const std::vector<std::size_t> dims(shape.begin(), shape.end());
  std::uint32_t id = XNN_INVALID_VALUE_ID;
  const xnn_status answer = xnn_define_channelwise_quantized_tensor_value(
      subgraph_, type == DataType::kInt8 ? xnn_datatype_qcint8 : xnn_datatype_qcint32,
      constants_.scales.back().data(), dims.size(), axis, dims.data(), data, XNN_INVALID_VALUE_ID,
      0, &id);
  ECHOLENS_CHECK(CheckXnn(answer, "defining weights of shape " + ShapeText(shape)));
  return id;
}

std::size_t SubgraphBuilder::TakeTemporaryBytes() { return std::exchange(temporary_bytes_, 0); }

Result<Value> SubgraphBuilder::Define(Value value, const void* data, std::uint32_t external_id,
                                      std::uint32_t flags) {
  const std::vector<std::size_t> dims(value.shape.begin(), value.shape.end());
  const xnn_status answer =
      value.int8() ? xnn_define_quantized_tensor_value(
                         subgraph_, xnn_datatype_qint8, value.zero_point, value.scale, dims.size(),
                         dims.data(), data, external_id, flags, &value.id)
                   : xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, dims.size(), dims.data(),
                                             data, external_id, flags, &value.id);
  ECHOLENS_CHECK(CheckXnn(answer, "defining a tensor of shape " + ShapeText(value.shape)));
  return value;
}

Result<const void*> SubgraphBuilder::Keep(DataType type, const Shape& shape, const void* data) {
  ECHOLENS_ASSIGN(Tensor tensor, Tensor::Create(type, shape));
  std::memcpy(tensor.bytes().data(), data, tensor.bytes().size());
  constants_.tensors.push_back(std::move(tensor));
  return static_cast<const void*>(constants_.tensors.back().bytes().data());
}

Result<NodeBuilder> NodeBuilder::Create(SubgraphBuilder& builder, std::size_t index) {
  NodeBuilder node(builder, index);
  ECHOLENS_ASSIGN(node.output_, builder.ValueOf(node.node().outputs[0]));
  return node;
}

Status NodeBuilder::Check(xnn_status status, const char* call) const {
  return CheckXnn(status, NodeName(builder_->graph(), index_) + ": " + call);
}

Error NodeBuilder::Unsupported(const std::string& why) const {
  return Error{ErrorCode::kModelUnsupported, NodeName(builder_->graph(), index_) + ": " + why};
}

Status CheckXnn(xnn_status status, const std::string& what) {
  switch (status) {
    case xnn_status_success: return Ok();
    case xnn_status_out_of_memory: return Error{ErrorCode::kOutOfMemory, what + ": no memory"};
    default:
      return Error{ErrorCode::kModelUnsupported, what + ": XNNPACK says " + StatusText(status)};
  }
}

bool Range::bounded() const { return std::isfinite(min) || std::isfinite(max); }

Range ActivationRange(Activation activation) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::kNone: break;
    case Activation::kRelu: return {0, kInfinity};
    case Activation::kRelu6: return {0, 6};
    case Activation::kReluN1To1: return {-1, 1};
  }
  return {-kInfinity, kInfinity};
}

}  // namespace echolens

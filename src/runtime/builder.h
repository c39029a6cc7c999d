// From graph nodes to XNNPACK subgraph nodes: what every define_*.cpp shares.
#pragma once

#include <xnnpack.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "model/graph.h"
#include "result.h"
#include "runtime/tensor.h"

namespace echolens {

// One value of the subgraph.
struct Value {
  std::uint32_t id = XNN_INVALID_VALUE_ID;
  DataType type = DataType::kFloat32;
  Shape shape;
  float scale = 0;  // int8 only, as is the next
  std::int32_t zero_point = 0;

  static Value Float(Shape shape) { return {XNN_INVALID_VALUE_ID, DataType::kFloat32, shape}; }
  static Value Int8(Shape shape, float scale, std::int32_t zero_point) {
    return {XNN_INVALID_VALUE_ID, DataType::kInt8, shape, scale, zero_point};
  }

  bool int8() const { return type == DataType::kInt8; }
  bool SameQuantization(const Value& other) const {
    return scale == other.scale && zero_point == other.zero_point;
  }
};

// What static values point to. XNNPACK reads it as long as the runtime lives.
struct Constants {
  std::vector<Tensor> tensors;
  std::deque<std::vector<float>> scales;  // a deque: addresses must not move
};

// One subgraph under construction: which graph tensor is which value.
class SubgraphBuilder {
 public:
  SubgraphBuilder(const Graph& graph, xnn_subgraph_t subgraph, Constants& constants);

  // The value of a graph tensor, defined at its first use. Errors: kModelUnsupported, kOutOfMemory.
  Result<Value> ValueOf(TensorId id);

  // Makes a graph tensor the value of one of the ids reserved for the engine's own memory.
  Status BindExternal(TensorId id, std::uint32_t external_id, std::uint32_t flags);

  // A value between the XNNPACK nodes of one graph node; its id is filled in.
  Result<Value> Temporary(Value value);

  // A static value that is no tensor of the graph; `data` is copied.
  Result<Value> Constant(Value value, const void* data);

  // A static value with one scale a channel along `axis`; `data` must outlive the runtime.
  Result<std::uint32_t> ChannelwiseStatic(DataType type, const Shape& shape, std::size_t axis,
                                          const void* data, std::vector<float> scales);

  // The engine's own copy of a graph constant (made once), or of other data.
  Result<const void*> ConstantData(TensorId id);
  Result<const void*> Keep(DataType type, const Shape& shape, const void* data);

  const Graph& graph() const { return graph_; }
  xnn_subgraph_t subgraph() const { return subgraph_; }
  std::size_t TakeTemporaryBytes();  // of Temporary() since the last call

 private:
  Value Describe(TensorId id) const;
  Result<Value> Define(Value value, const void* data, std::uint32_t external_id,
                       std::uint32_t flags);

  const Graph& graph_;
  xnn_subgraph_t subgraph_;
  Constants& constants_;
  std::vector<Value> values_;               // by graph tensor
  std::vector<const void*> constant_data_;  // by graph tensor
  std::size_t temporary_bytes_ = 0;
};

// One graph node being defined: its values, its errors, its line in the plan.
class NodeBuilder {
 public:
  // Errors: kModelUnsupported, kOutOfMemory.
  static Result<NodeBuilder> Create(SubgraphBuilder& builder, std::size_t index);

  std::size_t input_count() const { return node().inputs.size(); }
  bool has_input(std::size_t i) const { return i < input_count() && input_id(i) != kNoTensor; }
  TensorId input_id(std::size_t i) const { return node().inputs[i]; }
  const TensorInfo& input_info(std::size_t i) const {
    return builder_->graph().tensors[static_cast<std::size_t>(input_id(i))];
  }

  Result<Value> Input(std::size_t i = 0) { return builder_->ValueOf(input_id(i)); }
  const Value& output() const { return output_; }

  SubgraphBuilder& builder() { return *builder_; }
  xnn_subgraph_t subgraph() const { return builder_->subgraph(); }

  // The answer of an xnn_define_* call as ours.
  Status Check(xnn_status status, const char* call) const;
  Error Unsupported(const std::string& why) const;

  // How the node runs, for the plan.
  void RunsAs(std::string kernel) { kernel_ = std::move(kernel); }
  const std::string& kernel() const { return kernel_; }

 private:
  NodeBuilder(SubgraphBuilder& builder, std::size_t index) : builder_(&builder), index_(index) {}
  const Node& node() const { return builder_->graph().nodes[index_]; }

  SubgraphBuilder* builder_;
  std::size_t index_;
  Value output_;
  std::string kernel_;
};

// kOutOfMemory or kModelUnsupported, `what` first.
Status CheckXnn(xnn_status status, const std::string& what);

// The clamp of a fused activation.
struct Range {
  float min, max;
  bool bounded() const;
};
Range ActivationRange(Activation activation);

}  // namespace echolens

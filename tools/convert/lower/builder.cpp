#include "convert/lower/builder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "convert/known_sign.h"
#include "model/check.h"

namespace echolens::convert {
namespace {

std::size_t Index(std::int32_t id) { return static_cast<std::size_t>(id); }

// Where a node's fused activation is kept, if it has one.
Activation* ActivationOf(Operator& op) {
  return std::visit(
      Overloaded{
          [](Conv2d& o) { return &o.activation; }, [](DepthwiseConv2d& o) { return &o.activation; },
          [](FullyConnected& o) { return &o.activation; }, [](Pool2d& o) { return &o.activation; },
          [](Binary& o) { return &o.activation; }, [](auto&) -> Activation* { return nullptr; }},
      op);
}

std::string Lowercase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

LowerBuilder::LowerBuilder(const SourceNetwork& network, FoldReport& report)
    : network_(network),
      report_(report),
      tensor_of_(network.values.size(), kNoTensor),
      readers_(network.values.size(), 0),
      never_negative_(NeverNegative(network)) {
  lowered_.graph.name = network.name;
  for (const SourceNode& node : network.nodes) {
    for (const ValueId id : node.inputs) ++readers_[Index(id)];
  }
  for (const ValueId id : network.outputs) ++readers_[Index(id)];
  for (const ValueId id : network.inputs) {
    const SourceValue& value = network.values[Index(id)];
    tensor_of_[Index(id)] = AddTensor(value.name, value.shape);
    lowered_.graph.inputs.push_back(tensor_of_[Index(id)]);
  }
}

bool LowerBuilder::input_never_negative() const { return never_negative_[Index(node_->inputs[0])]; }

TensorId LowerBuilder::AddTensor(const std::string& name, const Shape& shape) {
  lowered_.graph.tensors.push_back({name, DataType::kFloat32, shape, {}, {}});
  return static_cast<TensorId>(lowered_.graph.tensors.size()) - 1;
}

TensorId LowerBuilder::Emit(Operator op, std::vector<TensorId> inputs) {
  Graph& graph = lowered_.graph;
  const TensorId output =
      AddTensor(LayerName(node_->place) + "/" + Lowercase(OperatorName(op)), {});
  graph.nodes.push_back({std::move(op), std::move(inputs), {output}});
  places_.push_back(node_->place);
  Result<Shape> shape = InferShape(graph, graph.nodes.size() - 1);
  if (shape.ok()) {
    At(output).shape = *std::move(shape);
  } else if (!error_) {
    error_ = Unsupported(shape.error().detail);
  }
  return output;
}

TensorId LowerBuilder::Constant(const std::string& what, const Shape& shape,
                                const std::vector<float>& values) {
  const TensorId id = AddTensor(LayerName(node_->place) + "/" + what, shape);
  At(id).data.resize(values.size() * sizeof(float));
  std::memcpy(At(id).data.data(), values.data(), At(id).data.size());
  const bool finite = std::ranges::all_of(values, [](float x) { return std::isfinite(x); });
  if (!finite && !error_) {
    error_ = Unsupported("its " + what + " holds a number too large for float32");
  }
  return id;
}

std::vector<float> LowerBuilder::Values(TensorId constant) const {
  std::vector<float> values(At(constant).data.size() / sizeof(float));
  std::memcpy(values.data(), At(constant).data.data(), At(constant).data.size());
  return values;
}

TensorId LowerBuilder::Multiply(TensorId x, const std::vector<double>& values,
                                Activation activation) {
  const Shape shape{static_cast<std::int32_t>(values.size())};
  const TensorId factor = Constant("scale", shape, {values.begin(), values.end()});
  return Emit(Binary{BinaryKind::kMul, activation}, {x, factor});
}

TensorId LowerBuilder::Add(TensorId x, const std::vector<double>& values, Activation activation) {
  const Shape shape{static_cast<std::int32_t>(values.size())};
  const TensorId offset = Constant("offset", shape, {values.begin(), values.end()});
  return Emit(Binary{BinaryKind::kAdd, activation}, {x, offset});
}

bool LowerBuilder::Fuse(Activation activation) {
  const TensorId id = input();
  if (readers_[Index(node_->inputs[0])] != 1 || lowered_.kept_scales.contains(id)) return false;
  for (std::size_t i = lowered_.graph.nodes.size(); i-- > 0;) {
    Node& maker = lowered_.graph.nodes[i];
    if (maker.outputs[0] != id) continue;
    Activation* fused = ActivationOf(maker.op);
    if (fused == nullptr || *fused != Activation::kNone) return false;
    *fused = activation;
    if (node_->place != places_[i]) {  // else the layer's own activation
      report_.lines.push_back(node_->place + " into " + places_[i]);
    }
    return true;
  }
  return false;
}

void LowerBuilder::KeepScale(const FakeQuantize& rounding) {
  lowered_.kept_scales.emplace(input(), Quantization{{rounding.scale}, {rounding.zero_point}, 0});
}

void LowerBuilder::End(TensorId output) {
  tensor_of_[Index(node_->output)] = output;
  const bool own =
      std::ranges::none_of(node_->inputs, [&](ValueId id) { return TensorOf(id) == output; });
  if (own) At(output).name = network_.values[Index(node_->output)].name;
}

Error LowerBuilder::Unsupported(const std::string& what) const {
  return {ErrorCode::kSourceUnsupported, node_->place + ": " + what};
}

// Each is a tensor of its own, made by a node.
Status LowerBuilder::AddOutputs() {
  Graph& graph = lowered_.graph;
  for (const ValueId id : network_.outputs) {
    const SourceValue& value = network_.values[Index(id)];
    TensorId tensor = TensorOf(id);
    if (constant(tensor)) {
      return Error{ErrorCode::kSourceUnsupported,
                   "output " + Quoted(value.name) + " does not depend on the input"};
    }
    const auto taken = [&](const std::vector<TensorId>& ids) {
      return std::ranges::find(ids, tensor) != ids.end();
    };
    if (taken(graph.inputs) || taken(graph.outputs)) {
      const SourceNode copy{"output " + Quoted(value.name), ReshapeLayer{value.shape}, {id}, id};
      Begin(copy);
      tensor = Emit(Reshape{value.shape}, {tensor});
    }
    At(tensor).name = value.name;
    graph.outputs.push_back(tensor);
  }
  return Ok();
}

// Inputs and outputs keep their names.
void LowerBuilder::MakeNamesUnique() {
  std::vector<TensorId> order = lowered_.graph.inputs;
  order.insert(order.end(), lowered_.graph.outputs.begin(), lowered_.graph.outputs.end());
  for (std::size_t i = 0; i < lowered_.graph.tensors.size(); ++i) {
    const auto id = static_cast<TensorId>(i);
    if (std::ranges::find(order, id) == order.end()) order.push_back(id);
  }
  std::set<std::string> used;
  for (const TensorId id : order) {
    std::string& name = At(id).name;
    const std::string wanted = name;
    for (int n = 1; !used.insert(name).second; ++n) name = wanted + "_" + std::to_string(n);
  }
}

Result<Lowered> LowerBuilder::Finish() {
  ECHOLENS_CHECK(AddOutputs());
  if (error_) return *error_;
  MakeNamesUnique();
  ECHOLENS_CHECK(CheckGraph(lowered_.graph));
  return std::move(lowered_);
}

}  // namespace echolens::convert

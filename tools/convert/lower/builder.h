// A graph in the making, layer by layer. Internal to lowering.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "convert/lower.h"

namespace echolens::convert {

class LowerBuilder {
 public:
  LowerBuilder(const SourceNetwork& network, FoldReport& report);

  // The layer that the calls below are about.
  void Begin(const SourceNode& node) { node_ = &node; }
  const SourceNode& node() const { return *node_; }
  TensorId input(std::size_t i = 0) const { return TensorOf(node_->inputs[i]); }
  Shape input_shape(std::size_t i = 0) const { return ShapeOf(input(i)); }
  bool input_never_negative() const;

  Shape ShapeOf(TensorId id) const { return At(id).shape; }
  bool constant(TensorId id) const { return At(id).constant(); }
  std::vector<float> Values(TensorId constant) const;

  // A node and its output, named after the layer and the operator. A node that does not fit its
  // inputs is found by Finish.
  TensorId Emit(Operator op, std::vector<TensorId> inputs);
  TensorId Constant(const std::string& what, const Shape& shape, const std::vector<float>& values);

  // x · values and x + values, one or one a channel.
  TensorId Multiply(TensorId x, const std::vector<double>& values,
                    Activation activation = Activation::kNone);
  TensorId Add(TensorId x, const std::vector<double>& values,
               Activation activation = Activation::kNone);

  // Into the node that made the layer's input, where nobody else reads that. False: it cannot be.
  bool Fuse(Activation activation);
  // The source rounds the layer's input here.
  void KeepScale(const FakeQuantize& rounding);

  // The layer's output is this tensor.
  void End(TensorId output);

  Error Unsupported(const std::string& what) const;  // of the layer

  Result<Lowered> Finish();

 private:
  TensorId TensorOf(ValueId id) const { return tensor_of_[static_cast<std::size_t>(id)]; }
  const TensorInfo& At(TensorId id) const {
    return lowered_.graph.tensors[static_cast<std::size_t>(id)];
  }
  TensorInfo& At(TensorId id) { return lowered_.graph.tensors[static_cast<std::size_t>(id)]; }
  TensorId AddTensor(const std::string& name, const Shape& shape);
  Status AddOutputs();
  void MakeNamesUnique();

  const SourceNetwork& network_;
  FoldReport& report_;
  const SourceNode* node_ = nullptr;
  Lowered lowered_;
  std::vector<TensorId> tensor_of_;   // by value
  std::vector<int> readers_;          // by value: nodes and network outputs
  std::vector<bool> never_negative_;  // by value
  std::vector<std::string> places_;   // by graph node: the layer it comes from
  std::optional<Error> error_;        // the first of Emit and Constant
};

}  // namespace echolens::convert

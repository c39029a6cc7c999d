// A network on random numbers, run by the engine and by the reference. Mostly of one operator:
//
//   NetworkCase test(seed, DataType::kInt8);
//   const TensorId x = test.Input({1, 7, 9, 5});
//   const TensorId w = test.Filter({8, 3, 3, 5}, 0);
//   test.Check(Conv2d{}, {x, w, test.Bias(x, w, 8)});
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "model/graph.h"
#include "runtime/engine.h"

namespace echolens {

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  // From low to high, both included.
  int Int(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint32_t>(high - low + 1));
  }
  float Real(float low, float high) {
    return low + (high - low) * static_cast<float>(engine_() % 65536) / 65535.0F;
  }
  bool Flip() { return Int(0, 1) == 1; }

 private:
  std::mt19937 engine_;
};

class NetworkCase {
 public:
  NetworkCase(std::uint32_t seed, DataType type) : random(seed), type_(type) {}

  Random random;

  TensorId Input(Shape shape);
  TensorId Constant(Shape shape);  // an operand that never changes
  // Of a convolution or dense layer: one scale a channel along `axis`, or one in all (axis -1).
  // Then its bias; `input` is what the layer will read.
  TensorId Filter(Shape shape, int axis);
  TensorId Bias(TensorId input, TensorId filter, int channels);

  // Replaces what Input() and Constant() chose (int8).
  void Scale(TensorId id, float scale, std::int32_t zero_point);
  // Of the next node's output, else it is made to fit the values.
  void OutputScale(float scale, std::int32_t zero_point) {
    output_scale_ = {{scale}, {zero_point}};
  }
  // Of the next node's output, else it is that of the inputs.
  void OutputType(DataType type) { output_type_ = type; }

  // Adds a node and runs the reference on it. The output tensor.
  TensorId Add(const Operator& op, std::vector<TensorId> inputs);

  // Runs the engine and compares every element of the outputs; twice, with different bytes behind
  // the tensors.
  void Check(std::vector<TensorId> outputs, const EngineOptions& options = {});
  void Check(const Operator& op, std::vector<TensorId> inputs) {
    Check({Add(op, std::move(inputs))});
  }

  // The engine must refuse the node.
  Error Refused(const Operator& op, std::vector<TensorId> inputs);

  // The network, with the last node's output as its own unless Check said otherwise.
  const Graph& graph() const { return graph_; }
  const std::vector<std::uint8_t>& stored(TensorId id) const {
    return stored_[static_cast<std::size_t>(id)];
  }

  // What a node ran as, after Check.
  const std::string& kernel(std::size_t node = 0) const { return plan_[node].kernel; }

 private:
  TensorId AddTensor(Shape shape, DataType type);
  TensorInfo& At(TensorId id) { return graph_.tensors[static_cast<std::size_t>(id)]; }
  std::vector<std::uint8_t>& Stored(TensorId id) { return stored_[static_cast<std::size_t>(id)]; }
  void CheckOutput(const Tensor& output, TensorId id);

  DataType type_;
  std::optional<DataType> output_type_;
  Quantization output_scale_;
  Graph graph_;
  std::vector<std::vector<std::uint8_t>> stored_;  // by tensor: what goes in, what must come out
  std::vector<bool> exact_;                        // by tensor: int8 to the byte
  std::vector<NodePlan> plan_;
};

// All of a test's shapes and seeds in both types.
inline constexpr DataType kBothTypes[] = {DataType::kFloat32, DataType::kInt8};

}  // namespace echolens

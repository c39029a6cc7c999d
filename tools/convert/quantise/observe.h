// Runs a network and shows every activation in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/graph.h"
#include "result.h"
#include "runtime/engine.h"

namespace echolens::convert {

// The engine's limit is there for strangers' files; converting is up to the user's machine.
inline constexpr std::size_t kMemoryUnlimited = std::numeric_limits<std::size_t>::max();

// What goes into a network once: real numbers, one array a graph input. An int8 input takes them
// rounded to its scale.
using Sample = std::vector<std::vector<float>>;

// Real numbers as int8 has them: to nearest, halves away from zero as FillInput does it, clamped.
std::vector<std::int8_t> Round(const std::vector<float>& values, const Quantization& q);

//   ECHOLENS_ASSIGN(Observer observer, Observer::Create(graph));
//   ECHOLENS_CHECK(observer.Run(sample));
//   Use(observer.Values(id));
class Observer {
 public:
  // Shows the activations named, or all. The engine runs a copy of the graph in which they are
  // outputs; several engines, one after the other, where they are too large for one: at most
  // `output_bytes` at once. Errors: as of Engine::Create.
  static Result<Observer> Create(const Graph& graph, std::vector<TensorId> shown,
                                 std::size_t output_bytes = std::size_t{256} << 20);
  static Result<Observer> Create(const Graph& graph);

  // Errors: kInvalidArgument (inputs of another number or length), and as of Engine::Run.
  Status Run(const Sample& sample);

  // After Run: a shown activation as real numbers.
  std::vector<float> Values(TensorId id) const;

  const std::vector<TensorId>& shown() const { return shown_; }

 private:
  struct Place {
    std::size_t engine, tensor;
    bool input;
  };
  const Tensor& TensorAt(const Place& place) const;

  std::vector<TensorId> shown_;
  std::vector<Engine> engines_;
  std::vector<Place> places_;  // by tensor of the graph
};

// The graph's activations, inputs first, then in execution order.
std::vector<TensorId> Activations(const Graph& graph);

}  // namespace echolens::convert

// Runs a checked graph with XNNPACK.
//
//   ECHOLENS_ASSIGN(Engine engine, Engine::Create(graph));
//   Fill(engine.input(0).data<float>());
//   ECHOLENS_CHECK(engine.Run());
//   Use(engine.output(0).data<float>());
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "model/graph.h"
#include "result.h"
#include "runtime/tensor.h"

namespace echolens {

struct EngineOptions {
  std::size_t memory_limit = std::size_t{256}
                             << 20;  // bytes: weights, packed weights and arena together
  int threads = 1;                   // natively; WebAssembly builds have one
};

// How one node runs, for `echolens inspect`.
struct NodePlan {
  std::size_t node;    // index into graph.nodes
  std::string kernel;  // "XNNPACK convolution_2d qs8_qc8w", …
};

// One network ready to run. Owns its input and output tensors; the graph may go after Create. Not
// for use by two threads at once. Running allocates nothing after the first time.
class Engine {
 public:
  // Errors: kModelInvalid or kModelUnsupported (node named), kModelTooLarge, kOutOfMemory.
  static Result<Engine> Create(const Graph& graph, const EngineOptions& options = {});

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  std::size_t input_count() const;
  std::size_t output_count() const;
  Tensor& input(std::size_t i);
  const Tensor& input(std::size_t i) const;
  const Tensor& output(std::size_t i) const;
  const std::string& output_name(std::size_t i) const;

  // Reads the inputs, fills the outputs. Errors: kInternal, kOutOfMemory.
  Status Run();

  const std::vector<NodePlan>& plan() const;
  std::size_t memory_bytes() const;  // what counts against the limit

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace echolens

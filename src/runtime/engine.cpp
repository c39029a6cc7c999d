#include "runtime/engine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/check.h"
#include "runtime/builder.h"
#include "runtime/define.h"
#include "runtime/handles.h"
#include "runtime/memory.h"

namespace echolens {

static_assert(kTensorExtraBytes >= XNN_EXTRA_BYTES);
static_assert(kMaxRank == XNN_MAX_TENSOR_DIMS);

namespace {

// XNNPACK's memory planner takes time in the square of this.
constexpr std::size_t kMaxNodes = 10'000;
constexpr int kMaxThreads = 64;

Status CheckMemory(std::uint64_t needed, std::size_t limit) {
  if (needed <= limit) return Ok();
  return Error{ErrorCode::kModelTooLarge, "the model needs about " + std::to_string(needed) +
                                              " bytes of memory: the limit is " +
                                              std::to_string(limit)};
}

}  // namespace

// In lifetime order: the runtime borrows all that stands above it.
struct Engine::Impl {
  Constants constants;
  std::vector<Tensor> inputs, outputs;
  std::vector<std::string> output_names;
  std::vector<NodePlan> plan;
  std::size_t memory_bytes = 0;
  ThreadPoolHandle pool;
  RuntimeHandle runtime;

  Status CreateTensors(const Graph& graph);
  Result<SubgraphHandle> DefineGraph(const Graph& graph, const std::vector<bool>& live,
                                     std::vector<std::size_t>& temporaries);
  Status CreateRuntime(xnn_subgraph_t subgraph, int threads);
};

Status Engine::Impl::CreateTensors(const Graph& graph) {
  const auto create = [&](TensorId id) {
    const TensorInfo& info = graph.tensors[static_cast<std::size_t>(id)];
    return Tensor::Create(info.type, info.shape, info.quantization);
  };
  for (const TensorId id : graph.inputs) {
    ECHOLENS_ASSIGN(Tensor tensor, create(id));
    inputs.push_back(std::move(tensor));
  }
  for (const TensorId id : graph.outputs) {
    ECHOLENS_ASSIGN(Tensor tensor, create(id));
    outputs.push_back(std::move(tensor));
    output_names.push_back(graph.tensors[static_cast<std::size_t>(id)].name);
  }
  return Ok();
}

// External ids: the inputs, then the outputs.
Result<SubgraphHandle> Engine::Impl::DefineGraph(const Graph& graph, const std::vector<bool>& live,
                                                 std::vector<std::size_t>& temporaries) {
  xnn_subgraph_t raw = nullptr;
  ECHOLENS_CHECK(CheckXnn(
      xnn_create_subgraph(static_cast<std::uint32_t>(inputs.size() + outputs.size()), 0, &raw),
      "creating the subgraph"));
  SubgraphHandle subgraph(raw);
  SubgraphBuilder builder(graph, raw, constants);

  std::uint32_t next_id = 0;
  for (const TensorId id : graph.inputs) {
    ECHOLENS_CHECK(builder.BindExternal(id, next_id++, XNN_VALUE_FLAG_EXTERNAL_INPUT));
  }
  for (const TensorId id : graph.outputs) {
    ECHOLENS_CHECK(builder.BindExternal(id, next_id++, XNN_VALUE_FLAG_EXTERNAL_OUTPUT));
  }

  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!live[n]) {
      plan.push_back({n, "not run: no output depends on it"});
      continue;
    }
    ECHOLENS_ASSIGN(NodeBuilder node, NodeBuilder::Create(builder, n));
    ECHOLENS_CHECK(std::visit([&](const auto& op) { return Define(node, op); }, graph.nodes[n].op));
    temporaries[n] = builder.TakeTemporaryBytes();
    plan.push_back({n, "XNNPACK " + node.kernel()});
  }
  return subgraph;
}

Status Engine::Impl::CreateRuntime(xnn_subgraph_t subgraph, int threads) {
  // In WebAssembly, where there are no threads, pthreadpool gives none and XNNPACK runs on the
  // caller's.
  if (threads > 1) {
    pool.reset(pthreadpool_create(static_cast<std::size_t>(std::min(threads, kMaxThreads))));
  }
  xnn_runtime_t raw = nullptr;
  ECHOLENS_CHECK(CheckXnn(xnn_create_runtime_v2(subgraph, pool.get(), 0, &raw),
                          "creating the network's operators"));
  runtime.reset(raw);
  ECHOLENS_CHECK(CheckXnn(xnn_reshape_runtime(raw), "planning the network's memory"));

  std::vector<xnn_external_value> external;
  const auto add = [&](Tensor& tensor) -> Status {
    const auto id = static_cast<std::uint32_t>(external.size());
    std::size_t rank = 0;
    std::array<std::size_t, XNN_MAX_TENSOR_DIMS> dims{};
    ECHOLENS_CHECK(
        CheckXnn(xnn_get_external_value_shape(raw, id, &rank, dims.data()), "reading a shape"));
    const Shape shape(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(rank));
    if (shape != tensor.shape()) {
      return Error{ErrorCode::kInternal, "XNNPACK gives shape " + ShapeText(shape) +
                                             " where the model says " + ShapeText(tensor.shape())};
    }
    external.push_back({id, tensor.bytes().data()});
    return Ok();
  };
  for (Tensor& tensor : inputs) ECHOLENS_CHECK(add(tensor));
  for (Tensor& tensor : outputs) ECHOLENS_CHECK(add(tensor));
  return CheckXnn(xnn_setup_runtime_v2(raw, external.size(), external.data()),
                  "setting the network up");
}

Result<Engine> Engine::Create(const Graph& graph, const EngineOptions& options) {
  ECHOLENS_CHECK(CheckGraph(graph));
  if (graph.nodes.size() > kMaxNodes) {
    return Error{ErrorCode::kModelTooLarge, "the model has " + std::to_string(graph.nodes.size()) +
                                                " nodes: at most " + std::to_string(kMaxNodes)};
  }
  const std::vector<bool> live = LiveNodes(graph);
  ECHOLENS_CHECK(CheckMemory(EstimateMemory(graph, live, {}), options.memory_limit));

  if (xnn_initialize(nullptr) != xnn_status_success) {
    return Error{ErrorCode::kInternal, "XNNPACK does not run on this processor"};
  }
  auto impl = std::make_unique<Impl>();
  ECHOLENS_CHECK(impl->CreateTensors(graph));
  std::vector<std::size_t> temporaries(graph.nodes.size());
  ECHOLENS_ASSIGN(const SubgraphHandle subgraph, impl->DefineGraph(graph, live, temporaries));
  const std::uint64_t needed = EstimateMemory(graph, live, temporaries);
  ECHOLENS_CHECK(CheckMemory(needed, options.memory_limit));
  impl->memory_bytes = static_cast<std::size_t>(needed);
  ECHOLENS_CHECK(impl->CreateRuntime(subgraph.get(), options.threads));
  return Engine(std::move(impl));
}

Status Engine::Run() {
  return xnn_invoke_runtime(impl_->runtime.get()) == xnn_status_success
             ? Ok()
             : Error{ErrorCode::kInternal, "XNNPACK failed to run the network"};
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

std::size_t Engine::input_count() const { return impl_->inputs.size(); }
std::size_t Engine::output_count() const { return impl_->outputs.size(); }
Tensor& Engine::input(std::size_t i) { return impl_->inputs[i]; }
const Tensor& Engine::input(std::size_t i) const { return impl_->inputs[i]; }
const Tensor& Engine::output(std::size_t i) const { return impl_->outputs[i]; }
const std::string& Engine::output_name(std::size_t i) const { return impl_->output_names[i]; }
const std::vector<NodePlan>& Engine::plan() const { return impl_->plan; }
std::size_t Engine::memory_bytes() const { return impl_->memory_bytes; }

}  // namespace echolens

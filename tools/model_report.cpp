#include "model_report.h"

#include <limits>
#include <utility>

#include "classifier.h"
#include "model/check.h"
#include "model/tflite.h"
#include "runtime/engine.h"

namespace echolens::tools {
namespace {

const TensorInfo& TensorOf(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

std::vector<PortReport> Ports(const Graph& graph, const std::vector<TensorId>& ids) {
  std::vector<PortReport> ports;
  for (const TensorId id : ids) {
    const TensorInfo& tensor = TensorOf(graph, id);
    ports.push_back({tensor.name, tensor.type, tensor.shape, tensor.quantization});
  }
  return ports;
}

// Saturates: nothing keeps a hostile network from naming sums that never end.
std::int64_t Sum(std::int64_t a, std::int64_t b) {
  return a > std::numeric_limits<std::int64_t>::max() - b ? std::numeric_limits<std::int64_t>::max()
                                                          : a + b;
}

NodeReport ReportNode(const Graph& graph, std::size_t index) {
  const Node& node = graph.nodes[index];
  const TensorInfo& output = TensorOf(graph, node.outputs[0]);
  NodeReport report;
  report.op = OperatorName(node.op);
  report.name = output.name;
  report.output = output.shape;
  report.type = output.type;
  report.multiply_adds = MultiplyAdds(graph, index);
  for (const TensorId id : node.inputs) {
    if (id == kNoTensor) continue;
    const TensorInfo& input = TensorOf(graph, id);
    if (input.constant()) {
      report.parameters += ElementCount(input.shape);
    } else {
      report.inputs.push_back(input.shape);
    }
  }
  return report;
}

}  // namespace

Result<ModelReport> ReportModel(std::span<const std::uint8_t> file, const EngineOptions& options) {
  ECHOLENS_ASSIGN(ModelFile model, ReadTflite(file));
  ECHOLENS_ASSIGN(const Engine engine, Engine::Create(model.graph, options));
  const Graph& graph = model.graph;
  ModelReport report;
  report.file_bytes = file.size();
  report.sha256 = std::move(model.sha256);
  if (model.metadata) {
    if (auto classifier = Classifier::Load(file, {options}); !classifier.ok())
      report.unfit = classifier.error();
  }
  report.metadata = std::move(model.metadata);
  report.inputs = Ports(graph, graph.inputs);
  report.outputs = Ports(graph, graph.outputs);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    report.nodes.push_back(ReportNode(graph, i));
    report.multiply_adds = Sum(report.multiply_adds, report.nodes.back().multiply_adds);
  }
  for (const NodePlan& plan : engine.plan()) report.nodes[plan.node].kernel = plan.kernel;
  for (const TensorInfo& tensor : graph.tensors) {
    if (!tensor.constant()) continue;
    report.parameters += ElementCount(tensor.shape);
    report.parameter_bytes += static_cast<std::int64_t>(tensor.data.size());
  }
  report.memory_bytes = engine.memory_bytes();
  return report;
}

}  // namespace echolens::tools

// A random network, lowered and run by the engine.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "convert/lower.h"
#include "model/check.h"
#include "runtime/engine.h"
#include "tools/convert/random_network.h"

namespace echolens::convert {

inline Answers RunEngine(const Graph& graph, const Answers& inputs) {
  Result<Engine> engine = Engine::Create(graph);
  REQUIRE_MESSAGE(engine.ok(), (engine.ok() ? "" : engine.error().detail));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::ranges::transform(inputs[i], engine->input(i).data<float>().begin(),
                           [](double x) { return static_cast<float>(x); });
  }
  REQUIRE(engine->Run().ok());
  Answers answers;
  for (std::size_t i = 0; i < engine->output_count(); ++i) {
    const auto data = std::as_const(*engine).output(i).data<float>();
    answers.emplace_back(data.begin(), data.end());
  }
  return answers;
}

// Lowered, checked, and answering as the source does. The graph, for a look at its operators.
inline Lowered CheckLowered(RandomNetwork& net, FoldReport* lines = nullptr) {
  FoldReport report;
  Result<Lowered> lowered = Lower(net.network, report);
  REQUIRE_MESSAGE(lowered.ok(), (lowered.ok() ? "" : lowered.error().detail));
  const Graph& graph = lowered->graph;
  const Status status = CheckGraph(graph);
  REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().detail));
  std::set<std::string> names;
  for (const TensorInfo& tensor : graph.tensors) CHECK(names.insert(tensor.name).second);
  REQUIRE(graph.inputs.size() == net.network.inputs.size());
  REQUIRE(graph.outputs.size() == net.network.outputs.size());
  const Answers inputs = net.Inputs();
  const Answers expected = Evaluated(net.network, inputs), got = RunEngine(graph, inputs);
  for (std::size_t i = 0; i < got.size(); ++i) CheckClose(got[i], expected[i], 1e-5);
  if (lines != nullptr) *lines = report;
  return *std::move(lowered);
}

inline Names Operators(const Lowered& lowered) {
  Names names;
  for (const Node& node : lowered.graph.nodes) names.push_back(OperatorName(node.op));
  return names;
}

// One layer on random numbers of this shape, or on their ReLU.
inline Names LowerOne(const SourceOp& op, const Shape& shape) {
  RandomNetwork net(11);
  net.Output(net.Add("one", op, {net.Input(shape)}));
  return Operators(CheckLowered(net));
}
inline Names LowerBehindRelu(const SourceOp& op, const Shape& shape) {
  RandomNetwork net(12);
  net.Output(net.Add("one", op, {net.Relu(net.Input(shape))}));
  return Operators(CheckLowered(net));
}

inline Error Refused(const SourceOp& op, const Shape& shape) {
  RandomNetwork net(13);
  net.Output(net.Add("one", op, {net.Input(shape)}));
  FoldReport report;
  const auto lowered = Lower(net.network, report);
  REQUIRE(!lowered.ok());
  CHECK(lowered.error().code == ErrorCode::kSourceUnsupported);
  return lowered.error();
}

}  // namespace echolens::convert

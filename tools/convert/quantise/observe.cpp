#include "convert/quantise/observe.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace echolens::convert {
namespace {

void Fill(Tensor& tensor, const std::vector<float>& values) {
  if (tensor.type() == DataType::kFloat32) {
    std::ranges::copy(values, tensor.data<float>().begin());
    return;
  }
  std::ranges::copy(Round(values, tensor.quantization()), tensor.data<std::int8_t>().begin());
}

}  // namespace

std::vector<std::int8_t> Round(const std::vector<float>& values, const Quantization& q) {
  std::vector<std::int8_t> stored(values.size());
  std::ranges::transform(values, stored.begin(), [&](float value) {
    const float steps = std::round(value / q.scales[0]) + static_cast<float>(q.zero_points[0]);
    return static_cast<std::int8_t>(std::clamp(steps, -128.0F, 127.0F));
  });
  return stored;
}

std::vector<TensorId> Activations(const Graph& graph) {
  std::vector<TensorId> ids = graph.inputs;
  for (const Node& node : graph.nodes)
    ids.insert(ids.end(), node.outputs.begin(), node.outputs.end());
  return ids;
}

Result<Observer> Observer::Create(const Graph& graph) { return Create(graph, Activations(graph)); }

Result<Observer> Observer::Create(const Graph& graph, std::vector<TensorId> shown,
                                  std::size_t output_bytes) {
  Observer observer;
  observer.places_.resize(graph.tensors.size());
  Graph part = graph;
  part.outputs.clear();
  std::size_t bytes = 0;
  const auto create = [&]() -> Status {
    ECHOLENS_ASSIGN(Engine engine, Engine::Create(part, {.memory_limit = kMemoryUnlimited}));
    observer.engines_.push_back(std::move(engine));
    part.outputs.clear();
    bytes = 0;
    return Ok();
  };
  for (const TensorId id : shown) {
    const auto input = std::ranges::find(graph.inputs, id);
    Place& place = observer.places_[static_cast<std::size_t>(id)];
    if (input != graph.inputs.end()) {
      place = {0, static_cast<std::size_t>(input - graph.inputs.begin()), true};
      continue;
    }
    const TensorInfo& info = graph.tensors[static_cast<std::size_t>(id)];
    const auto size = static_cast<std::size_t>(ElementCount(info.shape)) * ElementSize(info.type);
    if (!part.outputs.empty() && bytes + size > output_bytes) ECHOLENS_CHECK(create());
    place = {observer.engines_.size(), part.outputs.size(), false};
    part.outputs.push_back(id);
    bytes += size;
  }
  if (part.outputs.empty() && observer.engines_.empty()) part.outputs = graph.outputs;
  if (!part.outputs.empty()) ECHOLENS_CHECK(create());
  observer.shown_ = std::move(shown);
  return observer;
}

Status Observer::Run(const Sample& sample) {
  for (Engine& engine : engines_) {
    if (sample.size() != engine.input_count()) {
      return Error{ErrorCode::kInvalidArgument, std::to_string(sample.size()) +
                                                    " inputs, expected " +
                                                    std::to_string(engine.input_count())};
    }
    for (std::size_t i = 0; i < sample.size(); ++i) {
      Tensor& input = engine.input(i);
      const auto expected = static_cast<std::size_t>(ElementCount(input.shape()));
      if (sample[i].size() != expected) {
        return Error{ErrorCode::kInvalidArgument,
                     "input " + std::to_string(i) + " has " + std::to_string(sample[i].size()) +
                         " values, expected " + std::to_string(expected)};
      }
      if (!std::ranges::all_of(sample[i], [](float value) { return std::isfinite(value); })) {
        return Error{ErrorCode::kInvalidArgument,
                     "input " + std::to_string(i) + " holds values that are not finite"};
      }
      Fill(input, sample[i]);
    }
    ECHOLENS_CHECK(engine.Run());
  }
  return Ok();
}

const Tensor& Observer::TensorAt(const Place& place) const {
  const Engine& engine = engines_[place.engine];
  return place.input ? engine.input(place.tensor) : engine.output(place.tensor);
}

std::vector<float> Observer::Values(TensorId id) const {
  const Tensor& tensor = TensorAt(places_[static_cast<std::size_t>(id)]);
  if (tensor.type() == DataType::kFloat32) {
    const auto values = tensor.data<float>();
    return {values.begin(), values.end()};
  }
  const Quantization& q = tensor.quantization();
  std::vector<float> values;
  values.reserve(tensor.bytes().size());
  for (const std::int8_t stored : tensor.data<std::int8_t>()) {
    values.push_back(q.scales[0] * static_cast<float>(stored - q.zero_points[0]));
  }
  return values;
}

}  // namespace echolens::convert

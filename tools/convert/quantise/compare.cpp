#include "convert/quantise/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "convert/quantise/scales.h"

namespace echolens::convert {
namespace {

constexpr std::size_t kWorst = 5;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFloatDecibels = 144;  // of float32's 24 bits: what is better counts as exact

std::size_t Index(TensorId id) { return static_cast<std::size_t>(id); }

std::string Padded(double decibels) {
  char text[32];
  std::snprintf(text, sizeof text, "%7.1f", decibels);
  return text;
}

void Append(std::string& text, const LayerNoise& layer) {
  text += layer.snr_db == kInfinity ? "  exact" : Padded(layer.snr_db);
  text += " " + Padded(layer.drop_db) + "  " + layer.node + "\n";
}

}  // namespace

double SignalToNoise::Decibels() const {
  if (noise_ == 0) return kInfinity;
  return signal_ == 0 ? -kInfinity : 10 * std::log10(signal_ / noise_);
}

Comparison::Comparison(Observer real, Observer int8, const Graph& graph)
    : real_(std::move(real)),
      int8_(std::move(int8)),
      graph_(graph),
      bounds_(UsefulBounds(graph)),
      noise_(graph.tensors.size()) {
  for (TensorInfo& tensor : graph_.tensors) tensor.data = {};
}

Result<Comparison> Comparison::Create(const Graph& real, const Graph& int8) {
  const std::vector<TensorId> ids = Activations(real), other = Activations(int8);
  for (const TensorId id : ids) {
    const bool known = std::ranges::find(other, id) != other.end();
    if (known && int8.tensors[Index(id)].shape == real.tensors[Index(id)].shape) continue;
    return Error{ErrorCode::kInvalidArgument,
                 TensorName(real, id) + ": the int8 network has no such activation"};
  }
  ECHOLENS_ASSIGN(Observer a, Observer::Create(real, ids));
  ECHOLENS_ASSIGN(Observer b, Observer::Create(int8, ids));
  return Comparison(std::move(a), std::move(b), real);
}

Status Comparison::Add(const Sample& sample) {
  ECHOLENS_CHECK(real_.Run(sample));
  ECHOLENS_CHECK(int8_.Run(sample));
  for (std::size_t i = 0; i < sample.size(); ++i) {  // shown as it was, before rounding
    const TensorId id = graph_.inputs[i];
    noise_[Index(id)].Add(sample[i], int8_.Values(id));
  }
  for (const Node& node : graph_.nodes) {
    const TensorId id = node.outputs[0];
    std::vector<float> real = real_.Values(id);
    const auto [low, high] = bounds_[Index(id)];
    for (float& value : real) value = std::clamp(value, low, high);
    noise_[Index(id)].Add(real, int8_.Values(id));
  }
  return Ok();
}

std::vector<LayerNoise> Comparison::Layers() const {
  const std::vector<TensorId>& shown = real_.shown();
  std::vector<LayerNoise> layers;
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
    const Node& node = graph_.nodes[n];
    double input = kInfinity;
    for (const TensorId id : node.inputs) {
      if (std::ranges::find(shown, id) == shown.end()) continue;  // a constant, or none
      input = std::min(input, noise_[Index(id)].Decibels());
    }
    const double output = noise_[Index(node.outputs[0])].Decibels();
    const double drop = std::min(input, kFloatDecibels) - std::min(output, kFloatDecibels);
    layers.push_back({NodeName(graph_, n), output, input == output ? 0 : drop});
  }
  return layers;
}

double LayerNoise::Entering() const {
  return std::pow(10, -snr_db / 10) - std::pow(10, -(snr_db + drop_db) / 10);
}

std::string NoiseText(const std::vector<LayerNoise>& layers) {
  std::string text =
      "Signal to noise of int8 against float32, in dB (more is better), and how many of its "
      "inputs' dB each layer loses:\n    dB    lost  layer\n";
  for (const LayerNoise& layer : layers) Append(text, layer);

  const auto worst = [&](const std::string& title, auto before) {
    std::vector<LayerNoise> sorted = layers;
    std::ranges::stable_sort(sorted, before);
    text += title;
    for (std::size_t i = 0; i < std::min(kWorst, sorted.size()); ++i) Append(text, sorted[i]);
  };
  worst("Most noise:\n",
        [](const LayerNoise& a, const LayerNoise& b) { return a.snr_db < b.snr_db; });
  worst("Where it enters:\n",
        [](const LayerNoise& a, const LayerNoise& b) { return a.Entering() > b.Entering(); });
  return text;
}

}  // namespace echolens::convert

// One call of one layer while the network is built: its settings and weights, checked, and the
// nodes it adds. Every error begins with the layer's place.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "convert/keras/hdf5_file.h"
#include "convert/keras/model_config.h"
#include "convert/source.h"
#include "result.h"

namespace echolens::convert::keras {

// Reads weights, up to a total: a layer that is called often has its weights copied as often.
class WeightReader {
 public:
  explicit WeightReader(const Hdf5File& file) : file_(file) {}
  Result<Tensor> Read(const std::string& path);

 private:
  const Hdf5File& file_;
  std::size_t total_ = 0;  // numbers
};

class LayerCall {
 public:
  // `name` is that of the layer's output.
  LayerCall(SourceNetwork& network, WeightReader& weights, const LayerNode& layer, std::string name,
            int keras_major)
      : network_(network),
        weights_(weights),
        layer_(layer),
        name_(std::move(name)),
        keras_major_(keras_major) {}

  Error Corrupt(const std::string& what) const;
  Error Unsupported(const std::string& what) const;
  int keras_major() const { return keras_major_; }
  const Shape& ShapeOf(ValueId id) const;
  const Json& config() const { return *layer_.config; }

  // Settings. A missing one is `fallback`; one of another form is an error.
  Result<bool> Bool(std::string_view key, bool fallback) const;
  Result<int> Int(std::string_view key, int fallback) const;
  Result<double> Number(std::string_view key, double fallback) const;
  Result<std::array<int, 2>> Pair(std::string_view key, std::array<int, 2> fallback) const;
  // A number or a list of numbers, also nested.
  Result<std::vector<double>> Numbers(std::string_view key) const;
  // The setting "padding", 'same' or 'valid'.
  Result<Border> Padding() const;
  // Error unless the setting, an axis or a list of one, means the last axis of `rank`; none does.
  Status CheckLastAxis(std::string_view key, std::size_t rank) const;

  // The weight of the kind's list; its shape must be `expected`.
  Result<std::vector<float>> Weight(std::string_view name, const Shape& expected) const;
  // Empty when the setting `flag` (use_bias, center, …) is false.
  Result<std::vector<float>> OptionalWeight(std::string_view flag, std::string_view name,
                                            const Shape& expected) const;

  // An inner step is named after the layer's output, with `step` behind it.
  Result<ValueId> Add(SourceOp op, const Values& inputs, std::string_view step = {});
  // The same, followed by the function that the setting "activation" names.
  Result<ValueId> AddWithActivation(SourceOp op, const Values& inputs);

 private:
  SourceNetwork& network_;
  WeightReader& weights_;
  const LayerNode& layer_;
  std::string name_;
  int keras_major_;
};

}  // namespace echolens::convert::keras

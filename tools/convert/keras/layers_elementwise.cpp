// Layers that change each number by itself: normalisation, activations, and those that do nothing
// once training is over.
#include <algorithm>
#include <cmath>

#include "convert/keras/activation.h"
#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {
namespace {

bool IsOn(const Json& config, std::string_view flag) {
  const Json* value = Find(config, flag);
  return value == nullptr || *value != false;
}

std::vector<WeightKind> BatchNormalizationWeights(const Json& config) {
  std::vector<WeightKind> kinds;
  if (IsOn(config, "scale")) kinds.push_back({"gamma"});
  if (IsOn(config, "center")) kinds.push_back({"beta"});
  kinds.push_back({"moving_mean", false});
  kinds.push_back({"moving_variance", false});
  return kinds;
}

Result<ValueId> BuildBatchNormalization(LayerCall& call, const Values& inputs) {
  const Shape& shape = call.ShapeOf(inputs[0]);
  ECHOLENS_CHECK(call.CheckLastAxis("axis", shape.size()));
  const Shape channels{shape.back()};
  BatchNormalization op;
  ECHOLENS_ASSIGN(op.epsilon, call.Number("epsilon", 1e-3));
  ECHOLENS_ASSIGN(op.gamma, call.OptionalWeight("scale", "gamma", channels));
  ECHOLENS_ASSIGN(op.beta, call.OptionalWeight("center", "beta", channels));
  ECHOLENS_ASSIGN(op.mean, call.Weight("moving_mean", channels));
  ECHOLENS_ASSIGN(op.variance, call.Weight("moving_variance", channels));
  return call.Add(std::move(op), inputs);
}

// Given as settings, or learnt by adapt().
std::vector<WeightKind> NormalizationWeights(const Json& config) {
  if (Find(config, "mean") != nullptr) return {};
  return {{"mean", false}, {"variance", false}, {"count", false}};
}

Result<std::vector<double>> Statistic(const LayerCall& call, std::string_view name,
                                      const Shape& expected) {
  if (Find(call.config(), "mean") != nullptr) return call.Numbers(name);
  ECHOLENS_ASSIGN(const std::vector<float> weight, call.Weight(name, expected));
  return std::vector<double>(weight.begin(), weight.end());
}

// (x − mean) / max(sqrt(variance), 1e-7)
Result<ValueId> BuildNormalization(LayerCall& call, const Values& inputs) {
  const Shape& shape = call.ShapeOf(inputs[0]);
  ECHOLENS_ASSIGN(const bool invert, call.Bool("invert", false));
  if (invert) return call.Unsupported("invert is true: only the way in is supported");
  const Json* axis = Find(call.config(), "axis");
  const bool one = axis == nullptr || *axis == Json::array();  // one mean for all channels
  if (!one) ECHOLENS_CHECK(call.CheckLastAxis("axis", shape.size()));
  const Shape expected = one ? Shape{} : Shape{shape.back()};
  ECHOLENS_ASSIGN(const std::vector<double> mean, Statistic(call, "mean", expected));
  ECHOLENS_ASSIGN(const std::vector<double> variance, Statistic(call, "variance", expected));
  if (mean.size() != variance.size()) return call.Corrupt("mean and variance differ in length");
  Affine op;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (!(variance[i] >= 0)) return call.Corrupt("a variance is negative");
    op.scale.push_back(1 / std::max(std::sqrt(variance[i]), 1e-7));
    op.offset.push_back(-mean[i] * op.scale.back());
  }
  return call.Add(std::move(op), inputs);
}

Result<ValueId> BuildRescaling(LayerCall& call, const Values& inputs) {
  Affine op;
  ECHOLENS_ASSIGN(op.scale, call.Numbers("scale"));
  ECHOLENS_ASSIGN(op.offset, call.Numbers("offset"));
  return call.Add(std::move(op), inputs);
}

Result<ValueId> BuildActivation(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const std::optional<ActivationLayer> activation, ActivationOf(call));
  return activation ? call.Add(*activation, inputs) : inputs[0];
}

Result<ValueId> BuildReLU(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const double slope, call.Number("negative_slope", 0));
  ECHOLENS_ASSIGN(const double threshold, call.Number("threshold", 0));
  ECHOLENS_ASSIGN(const double most, call.Number("max_value", 0));
  if (slope != 0 || threshold != 0) {
    return call.Unsupported("negative_slope is " + NumberText(slope) + " and threshold " +
                            NumberText(threshold) + ": only 0 is supported");
  }
  if (Find(call.config(), "max_value") == nullptr) {
    return call.Add(ActivationLayer{ActivationKind::kRelu}, inputs);
  }
  return call.Add(ActivationLayer{ActivationKind::kClip, 0, most}, inputs);
}

Result<ValueId> BuildSoftmax(LayerCall& call, const Values& inputs) {
  ECHOLENS_CHECK(call.CheckLastAxis("axis", call.ShapeOf(inputs[0]).size()));
  return call.Add(ActivationLayer{ActivationKind::kSoftmax}, inputs);
}

Result<ValueId> Pass(LayerCall&, const Values& inputs) { return inputs[0]; }

constexpr LayerKind kKinds[] = {
    {"BatchNormalization", BuildBatchNormalization, BatchNormalizationWeights, false, true},
    {"Normalization", BuildNormalization, NormalizationWeights},
    {"Rescaling", BuildRescaling},
    {"Activation", BuildActivation},
    {"ReLU", BuildReLU},
    {"Softmax", BuildSoftmax},
    {"Identity", Pass},
};

// At work only while training. (RandomCrop, CenterCrop, AutoContrast, Solarization, Equalization
// also change what is classified: they are not here.)
constexpr std::string_view kTrainingOnly[] = {"ActivityRegularization",
                                              "AlphaDropout",
                                              "AugMix",
                                              "CutMix",
                                              "Dropout",
                                              "GaussianDropout",
                                              "GaussianNoise",
                                              "MixUp",
                                              "RandAugment",
                                              "RandomBrightness",
                                              "RandomColorDegeneration",
                                              "RandomColorJitter",
                                              "RandomContrast",
                                              "RandomElasticTransform",
                                              "RandomErasing",
                                              "RandomFlip",
                                              "RandomGaussianBlur",
                                              "RandomGrayscale",
                                              "RandomHeight",
                                              "RandomHue",
                                              "RandomInvert",
                                              "RandomPerspective",
                                              "RandomPosterization",
                                              "RandomRotation",
                                              "RandomSaturation",
                                              "RandomSharpness",
                                              "RandomShear",
                                              "RandomTranslation",
                                              "RandomWidth",
                                              "RandomZoom",
                                              "SpatialDropout1D",
                                              "SpatialDropout2D",
                                              "SpatialDropout3D"};
constexpr LayerKind kTrainingOnlyKind{"", Pass, nullptr, false, true};

}  // namespace

const LayerKind* FindElementwise(std::string_view type) {
  for (const LayerKind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return std::ranges::count(kTrainingOnly, type) > 0 ? &kTrainingOnlyKind : nullptr;
}

}  // namespace echolens::convert::keras

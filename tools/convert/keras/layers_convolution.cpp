// Convolutions and dense layers. Keras keeps kernels as [height, width, in, out].
#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {
namespace {

std::vector<WeightKind> WithBias(const Json& config, std::vector<WeightKind> kinds) {
  const Json* use_bias = Find(config, "use_bias");
  if (use_bias == nullptr || *use_bias != false) kinds.push_back({"bias"});
  return kinds;
}

std::vector<WeightKind> KernelWeights(const Json& config) { return WithBias(config, {{"kernel"}}); }
std::vector<WeightKind> DepthwiseWeights(const Json& config) {
  return WithBias(config, {{"depthwise_kernel"}});
}
std::vector<WeightKind> SeparableWeights(const Json& config) {
  return WithBias(config, {{"depthwise_kernel"}, {"pointwise_kernel"}});
}

// [rows, columns] to [columns, rows].
std::vector<float> Transposed(const std::vector<float>& data, std::size_t rows,
                              std::size_t columns) {
  std::vector<float> transposed(data.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) transposed[c * rows + r] = data[r * columns + c];
  }
  return transposed;
}

// Outermost of the kernel's axes becomes what was innermost.
std::vector<float> LastAxisFirst(const std::vector<float>& data, int last) {
  const auto columns = static_cast<std::size_t>(last);
  return Transposed(data, data.size() / columns, columns);
}

// Stride, dilation and padding; the kernel is the caller's.
Result<Convolution> Settings(const LayerCall& call, ValueId input) {
  if (call.ShapeOf(input).size() != 4) {
    return call.Unsupported("its input is " + ShapeText(call.ShapeOf(input)) + ", expected 4 axes");
  }
  Convolution op;
  ECHOLENS_ASSIGN(op.stride, call.Pair("strides", {1, 1}));
  ECHOLENS_ASSIGN(op.dilation, call.Pair("dilation_rate", {1, 1}));
  ECHOLENS_ASSIGN(op.border, call.Padding());
  return op;
}

// A number that shapes are made of.
Result<int> Count(const LayerCall& call, std::string_view key, int fallback) {
  ECHOLENS_ASSIGN(const int count, call.Int(key, fallback));
  if (count >= 1 && count <= 1 << 20) return count;
  return call.Corrupt(std::string(key) + " is " + std::to_string(count) +
                      ", expected 1 to 1048576");
}

Result<ValueId> BuildConv2D(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(Convolution op, Settings(call, inputs[0]));
  ECHOLENS_ASSIGN(const int filters, Count(call, "filters", 0));
  ECHOLENS_ASSIGN(op.groups, Count(call, "groups", 1));
  ECHOLENS_ASSIGN(const auto size, call.Pair("kernel_size", {0, 0}));
  const int in = call.ShapeOf(inputs[0])[3] / op.groups;
  ECHOLENS_ASSIGN(const std::vector<float> kernel,
                  call.Weight("kernel", {size[0], size[1], in, filters}));
  op.kernel_shape = {filters, size[0], size[1], in};
  op.kernel = LastAxisFirst(kernel, filters);
  ECHOLENS_ASSIGN(op.bias, call.OptionalWeight("use_bias", "bias", {filters}));
  return call.AddWithActivation(std::move(op), inputs);
}

// The kernel is [height, width, in, multiplier]; output channel in · multiplier + m.
Result<Convolution> Depthwise(const LayerCall& call, ValueId input) {
  ECHOLENS_ASSIGN(Convolution op, Settings(call, input));
  op.groups = call.ShapeOf(input)[3];
  ECHOLENS_ASSIGN(const int multiplier, Count(call, "depth_multiplier", 1));
  ECHOLENS_ASSIGN(const auto size, call.Pair("kernel_size", {0, 0}));
  ECHOLENS_ASSIGN(const std::vector<float> kernel,
                  call.Weight("depthwise_kernel", {size[0], size[1], op.groups, multiplier}));
  op.kernel_shape = {op.groups * multiplier, size[0], size[1], 1};
  op.kernel = LastAxisFirst(kernel, op.groups * multiplier);
  return op;
}

Result<ValueId> BuildDepthwiseConv2D(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(Convolution op, Depthwise(call, inputs[0]));
  ECHOLENS_ASSIGN(op.bias, call.OptionalWeight("use_bias", "bias", {op.kernel_shape[0]}));
  return call.AddWithActivation(std::move(op), inputs);
}

Result<ValueId> BuildSeparableConv2D(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(Convolution depthwise, Depthwise(call, inputs[0]));
  ECHOLENS_ASSIGN(const int filters, Count(call, "filters", 0));
  const int between = depthwise.kernel_shape[0];
  Convolution pointwise;
  ECHOLENS_ASSIGN(const std::vector<float> kernel,
                  call.Weight("pointwise_kernel", {1, 1, between, filters}));
  pointwise.kernel_shape = {filters, 1, 1, between};
  pointwise.kernel = LastAxisFirst(kernel, filters);
  ECHOLENS_ASSIGN(pointwise.bias, call.OptionalWeight("use_bias", "bias", {filters}));
  ECHOLENS_ASSIGN(const ValueId middle, call.Add(std::move(depthwise), inputs, "depthwise"));
  return call.AddWithActivation(std::move(pointwise), {middle});
}

Result<ValueId> BuildDense(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const int units, Count(call, "units", 0));
  const int in = call.ShapeOf(inputs[0]).back();
  Dense op;
  op.weights_shape = {units, in};
  ECHOLENS_ASSIGN(const std::vector<float> kernel, call.Weight("kernel", {in, units}));
  op.weights = LastAxisFirst(kernel, units);
  ECHOLENS_ASSIGN(op.bias, call.OptionalWeight("use_bias", "bias", {units}));
  return call.AddWithActivation(std::move(op), inputs);
}

constexpr LayerKind kKinds[] = {
    {"Conv2D", BuildConv2D, KernelWeights},
    {"DepthwiseConv2D", BuildDepthwiseConv2D, DepthwiseWeights},
    {"SeparableConv2D", BuildSeparableConv2D, SeparableWeights},
    {"Dense", BuildDense, KernelWeights},
};

}  // namespace

const LayerKind* FindConvolution(std::string_view type) {
  for (const LayerKind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

}  // namespace echolens::convert::keras

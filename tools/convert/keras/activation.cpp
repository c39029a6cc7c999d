#include "convert/keras/activation.h"

namespace echolens::convert::keras {
namespace {

// A name, or a function: {"class_name": "function", "config": "relu6"}.
std::string NameOf(const Json& activation) {
  if (activation.is_string()) return *activation.get_ptr<const std::string*>();
  return TextOr(activation, "class_name") == "function" ? TextOr(activation, "config") : "";
}

}  // namespace

Result<std::optional<ActivationLayer>> ActivationOf(const LayerCall& call) {
  const Json* setting = Find(call.config(), "activation");
  if (setting == nullptr) return std::optional<ActivationLayer>{};
  const std::string name = NameOf(*setting);
  using Kind = ActivationKind;
  std::optional<ActivationLayer> activation;
  if (name == "linear") return activation;
  if (name == "relu") {
    activation = {Kind::kRelu};
  } else if (name == "relu6") {
    activation = {Kind::kClip, 0, 6};
  } else if (name == "sigmoid") {
    activation = {Kind::kSigmoid};
  } else if (name == "softmax") {
    activation = {Kind::kSoftmax};
  } else if (name == "tanh") {
    activation = {Kind::kTanh};
  } else if (name == "swish" || name == "silu") {
    activation = {Kind::kSilu};
  } else if (name == "hard_swish" || name == "hard_silu") {
    activation = {Kind::kHardSwish};
  } else if (name == "hard_sigmoid") {
    // Keras 3 took the definition of PyTorch.
    activation = {Kind::kHardSigmoid, call.keras_major() < 3 ? 0.2 : 1.0 / 6, 0.5};
  } else {
    return call.Unsupported("its activation is " + JsonText(*setting) +
                            ": the converter has relu, relu6, sigmoid, softmax, tanh, silu, "
                            "hard_silu, hard_sigmoid and linear");
  }
  return activation;
}

}  // namespace echolens::convert::keras

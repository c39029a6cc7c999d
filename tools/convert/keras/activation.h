// Activation functions, as layers of their own and as the setting "activation" of others.
#pragma once

#include <optional>

#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {

// What the setting "activation" names; nothing for linear. Errors: kSourceUnsupported.
Result<std::optional<ActivationLayer>> ActivationOf(const LayerCall& call);

}  // namespace echolens::convert::keras

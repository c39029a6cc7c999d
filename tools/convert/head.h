// Which output classifies, and what stood between its logits and what the source gave.
#pragma once

#include <cstddef>
#include <optional>

#include "convert/lower.h"
#include "model/metadata.h"
#include "result.h"

namespace echolens::convert {

struct LogitsOutput {
  std::size_t index = 0;  // among the graph's outputs
  // What was taken off: the engine does it itself, with the head's temperature.
  std::optional<FinalActivation> taken;
};

// Finds the output of the classes: the one that head.logits names, or the only one, or the only one
// as long as the head is. A final softmax (softmax head) or sigmoid (factored head) is taken off,
// and head.logits becomes the name of what is left. Errors: kInvalidArgument, naming the outputs
// there are, or when the output ends in a sigmoid of classes that do not exclude each other.
Result<LogitsOutput> TakeHead(Lowered& lowered, Metadata& metadata);

}  // namespace echolens::convert

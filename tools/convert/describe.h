// What makes a network a classifier: the card and the options, put together and checked.
#pragma once

#include <optional>

#include "convert/head.h"
#include "convert/lower.h"
#include "convert/options.h"
#include "image/preprocess.h"
#include "model/metadata.h"
#include "result.h"

namespace echolens::convert {

struct Description {
  Preprocessing preprocessing;       // also of a network that is no classifier
  std::optional<Metadata> metadata;  // of a classifier; no golden case yet
  std::optional<LogitsOutput> head;  // likewise
};

// Options go before the card, the card before `before` (what the source file said). The network's
// final activation is taken off and its feature map kept, as the head allows. Errors:
// kInvalidArgument, kFileUnreadable, and those of CheckMetadata.
Result<Description> Describe(const ConvertOptions& options, const std::optional<Metadata>& before,
                             Lowered& lowered);

}  // namespace echolens::convert

// What people say of a model, in JSON: the card (docs/converting.md lists its keys) and how
// pictures become the network's input. Strict: an unknown key or a wrong type is an error that
// names it.
#pragma once

#include <string>
#include <string_view>

#include "image/preprocess.h"
#include "model/metadata.h"
#include "result.h"

namespace echolens::convert {

// Fills in what the card says and leaves the rest as it is; labels that are there already stay, and
// names of labels are looked up among them. `source` names the text in errors. What the fields may
// hold is checked by UnpackMetadata and CheckMetadata. Errors: kInvalidArgument.
Status ReadCard(std::string_view json, const std::string& source, Metadata& metadata);

// The same for the object that the card calls "preprocessing", alone. One number for mean or scale
// counts for every channel.
Status ReadPreprocessing(std::string_view json, const std::string& source,
                         Preprocessing& preprocessing);

}  // namespace echolens::convert

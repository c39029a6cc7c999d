// What a model file says of itself, for people and as JSON: all of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/metadata.h"

namespace echolens::tools {

// "name            value" and a line break.
std::string FactLine(std::string_view name, const std::string& value);

// A line a fact, without the golden case; the card's text is only counted.
std::string MetadataText(const Metadata& metadata);

// Members that the file does not have are absent. Of the gate, means and covariances are left out.
nlohmann::ordered_json MetadataJson(const Metadata& metadata);

}  // namespace echolens::tools

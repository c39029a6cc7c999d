// JSON of Keras files, untrusted: parsed without exceptions, read with checks.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "result.h"

namespace echolens::convert::keras {

using Json = nlohmann::json;

// `what` names the text in errors: "config.json". Errors: kSourceCorrupt (no JSON, too long, nested
// too deep).
Result<Json> ParseJson(std::string_view text, const std::string& what);

// The member `key`, taken out of its wrapper where Keras put a number into one; null when `object`
// is no object or has none, or when the member is JSON's null.
const Json* Find(const Json& object, std::string_view key);

// The member as text; empty when there is none.
std::string TextOr(const Json& object, std::string_view key, std::string fallback = {});

// For error messages: the JSON text, shortened and printable.
std::string JsonText(const Json& value);

}  // namespace echolens::convert::keras

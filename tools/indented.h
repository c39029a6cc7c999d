// JSON for people.
#pragma once

#include <string>
#include <string_view>

namespace echolens::tools {

// A JSON text of one line as JSON.stringify(value, null, 2) lays it out.
std::string Indented(std::string_view json);

}  // namespace echolens::tools

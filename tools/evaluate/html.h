// Small pieces of a page that needs nothing beside itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace echolens::evaluate {

// Text as HTML shows it, in an element or an attribute's double quotes: markup escaped, and what
// tools::Printable replaces.
std::string Escaped(std::string_view text);

// RFC 4648, with padding.
std::string Base64(std::span<const std::uint8_t> bytes);

// The page: a policy that allows its own style and data: pictures, and nothing else; the style; the
// title (text) and the body (HTML).
std::string Page(std::string_view title, std::string_view style, std::string_view body);

// A table with a caption; the first row and each row's first cell are its heads. Cells are HTML.
std::string Table(std::string_view caption, const std::vector<std::vector<std::string>>& rows);

}  // namespace echolens::evaluate

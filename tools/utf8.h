// UTF-8, for text that came from outside: file names may hold any bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace echolens::tools {

struct Utf8Character {
  std::size_t length = 0;  // bytes; 0: the text does not begin with a well-formed character
  char32_t point = 0;
};

// The first character of a text that is not empty (RFC 3629: no overlong forms, no surrogates).
Utf8Character FirstCharacter(std::string_view text);

// The text with every byte that is not UTF-8 as U+FFFD.
std::string ValidUtf8(std::string_view text);

}  // namespace echolens::tools

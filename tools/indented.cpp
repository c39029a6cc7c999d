#include "indented.h"

#include <cstddef>

namespace echolens::tools {

std::string Indented(std::string_view json) {
  std::string text;
  std::size_t depth = 0;
  bool quoted = false;
  const auto new_line = [&] { text.append("\n").append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      text += c;
      if (c == '\\') text += json[++i];  // never the last: the text is whole
      quoted = c != '"';
    } else if (c == '{' || c == '[') {
      text += c;
      if (json[i + 1] == '}' || json[i + 1] == ']') {
        text += json[++i];
      } else {
        ++depth;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      --depth;
      new_line();
      text += c;
    } else if (c == ',') {
      text += c;
      new_line();
    } else {
      text += c;
      if (c == ':') text += ' ';
      quoted = c == '"';
    }
  }
  return text;
}

}  // namespace echolens::tools

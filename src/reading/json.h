// Writes JSON exactly as JavaScript's JSON.stringify does, so that a record keeps its text on the
// way through a browser.
#pragma once

#include <string>
#include <string_view>

namespace echolens {

// NumberText; "null" when not finite: JSON has no word for it.
std::string JsonNumber(double number);

// In double quotes; control characters, quotes and backslashes escaped. Each byte that is not part
// of well-formed UTF-8 becomes U+FFFD.
std::string JsonString(std::string_view text);

// One value after another; commas come by themselves.
//
//   JsonWriter json;
//   json.Open('{').Key("sides").Open('[').Number(3).Number(4).Close(']').Close('}');
//   json.text();  // {"sides":[3,4]}
class JsonWriter {
 public:
  JsonWriter& Open(char bracket);   // '{' or '['
  JsonWriter& Close(char bracket);  // '}' or ']'
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view text);
  JsonWriter& Number(double number);
  JsonWriter& Float(float number);  // its own shortest decimal: 0.96, not 0.9599999785423279
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  const std::string& text() const { return text_; }

 private:
  JsonWriter& Value(std::string_view json);

  std::string text_;
};

}  // namespace echolens

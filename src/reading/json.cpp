#include "reading/json.h"

#include <cmath>
#include <cstdint>

#include "model/graph.h"

namespace echolens {
namespace {

// Length of the well-formed UTF-8 sequence at the front (Unicode standard, table 3-7); 0: none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length > text.size()) return 0;
  // Neither overlong, nor a surrogate, nor past U+10FFFF.
  const std::uint8_t lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < lowest || byte(1) > highest) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

std::string Escaped(char c) {
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  if (static_cast<std::uint8_t>(c) >= 0x20) return {c};
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<std::size_t>(c);
  return {'\\', 'u', '0', '0', kDigits[value / 16], kDigits[value % 16]};
}

}  // namespace

std::string JsonNumber(double number) {
  return std::isfinite(number) ? NumberText(number) : "null";
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) {
      json += "\uFFFD";
    } else if (length == 1) {
      json += Escaped(text[0]);
    } else {
      json += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return json + '"';
}

JsonWriter& JsonWriter::Value(std::string_view json) {
  // A string ends in a quote, so these last characters are always our own.
  if (!text_.empty() && std::string_view("{[:").find(text_.back()) == std::string_view::npos) {
    text_ += ',';
  }
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::Open(char bracket) { return Value({&bracket, 1}); }

JsonWriter& JsonWriter::Close(char bracket) {
  text_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Value(JsonString(key));
  text_ += ':';
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) { return Value(JsonString(text)); }
JsonWriter& JsonWriter::Number(double number) { return Value(JsonNumber(number)); }
JsonWriter& JsonWriter::Bool(bool value) { return Value(value ? "true" : "false"); }
JsonWriter& JsonWriter::Null() { return Value("null"); }
JsonWriter& JsonWriter::Float(float number) {
  return Value(std::isfinite(number) ? NumberText(number) : "null");
}

}  // namespace echolens

#include "reading/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace echolens {
namespace {

// As node prints them.
TEST_CASE("numbers are laid out as JavaScript does") {
  const std::pair<double, const char*> table[] = {
      {0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1, "-1"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1 / 3.0, "0.3333333333333333"},
      {-1234.5, "-1234.5"},
      {1e5, "100000"},
      {123456789012345680000.0, "123456789012345680000"},
      {1e21, "1e+21"},
      {1.5e21, "1.5e+21"},
      {0.001, "0.001"},
      {0.00012, "0.00012"},
      {1e-6, "0.000001"},
      {1.234e-6, "0.000001234"},
      {1e-7, "1e-7"},
      {1.25e-7, "1.25e-7"},
      {9007199254740993.0, "9007199254740992"},
      {5e-324, "5e-324"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {4.35, "4.35"},
      {0.999999999999999889, "0.9999999999999999"},
  };
  for (const auto& [number, text] : table) CHECK(JsonNumber(number) == text);
}

TEST_CASE("a number reads back as itself") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
    const double number = (i % 2 == 0 ? 1 : -1) * std::ldexp(unit, i % 2090 - 1070);
    CAPTURE(number);
    const std::string text = JsonNumber(number);
    CHECK(std::strtod(text.c_str(), nullptr) == number);
    CHECK(text.size() <= 25);
  }
}

TEST_CASE("what is no number is null") {
  CHECK(JsonNumber(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(JsonNumber(std::numeric_limits<double>::infinity()) == "null");
  CHECK(JsonNumber(-std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("strings are escaped as far as JSON asks") {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> table[] = {
      {"", R"("")"},
      {"benign", R"("benign")"},
      {R"(C:\scans\"left".png)", R"("C:\\scans\\\"left\".png")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"\0\x01\x1f\x7f"s, "\"\\u0000\\u0001\\u001f\x7f\""},
      {"Brüste 乳房 😀", "\"Brüste 乳房 😀\""},
      {"</script>", R"("</script>")"},
      {"\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF",
       "\"\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF\""},
  };
  for (const auto& [text, json] : table) CHECK(JsonString(text) == json);
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD") {
  const std::pair<std::string, const char*> table[] = {
      {"a\x80z", "\"a\uFFFDz\""},                            // continuation without a lead
      {"a\xC3", "\"a\uFFFD\""},                              // cut off
      {"\xC3(", "\"\uFFFD(\""},                              // no continuation
      {"\xC0\xAF", "\"\uFFFD\uFFFD\""},                      // overlong
      {"\xE0\x80\xAF", "\"\uFFFD\uFFFD\uFFFD\""},            // overlong
      {"\xF0\x80\x80\xAF", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},  // overlong
      {"\xED\xA0\x80", "\"\uFFFD\uFFFD\uFFFD\""},            // surrogate
      {"\xF4\x90\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},  // past U+10FFFF
      {"\xFF\xFE", "\"\uFFFD\uFFFD\""},
      {"\xE2\x82\"", "\"\uFFFD\uFFFD\\\"\""},  // a quote does not hide in a broken sequence
  };
  for (const auto& [text, json] : table) CHECK(JsonString(text) == json);
}

TEST_CASE("commas stand between siblings only") {
  JsonWriter json;
  json.Open('{').Key("a").Open('[').Close(']').Key("b").Open('{').Close('}');
  json.Key(",").String("[").Key("c").Open('[').Number(1).String(":").Open('[').Close(']');
  json.Open('{').Key("d").Number(-0.5).Key("e").Null().Close('}').Bool(true).Bool(false);
  json.Close(']').Close('}');
  CHECK(json.text() == R"({"a":[],"b":{},",":"[","c":[1,":",[],{"d":-0.5,"e":null},true,false]})");
}

}  // namespace
}  // namespace echolens

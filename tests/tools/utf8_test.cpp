#include "utf8.h"

#include <doctest/doctest.h>

using namespace echolens::tools;

TEST_CASE("well-formed characters are known, all else is none") {
  struct Case {
    const char* text;
    std::size_t length;
    char32_t point;
  };
  const Case table[] = {
      {"a", 1, 'a'},
      {"\x7F", 1, 0x7F},
      {"\xC2\x80", 2, 0x80},
      {"\xDF\xBF", 2, 0x7FF},
      {"\xE0\xA0\x80", 3, 0x800},
      {"\xED\x9F\xBF", 3, 0xD7FF},
      {"\xEE\x80\x80", 3, 0xE000},
      {"\xF0\x90\x80\x80", 4, 0x10000},
      {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
      {"\x80", 0, 0},
      {"\xC1\xBF", 0, 0},
      {"\xC2", 0, 0},
      {"\xC2x", 0, 0},
      {"\xE0\x9F\xBF", 0, 0},
      {"\xED\xA0\x80", 0, 0},
      {"\xF0\x8F\xBF\xBF", 0, 0},
      {"\xF4\x90\x80\x80", 0, 0},
      {"\xF5\x80\x80\x80", 0, 0},
      {"\xFF", 0, 0},
  };
  for (const Case& c : table) {
    CAPTURE(c.point);
    const Utf8Character first = FirstCharacter(c.text);
    CHECK(first.length == c.length);
    CHECK(first.point == c.point);
  }
}

TEST_CASE("bytes that are no UTF-8 are replaced, one by one") {
  CHECK(ValidUtf8("") == "");
  CHECK(ValidUtf8("Brüste 乳房 😀") == "Brüste 乳房 😀");
  CHECK(ValidUtf8("a\xFF\xC3z") == "a\uFFFD\uFFFDz");
  CHECK(ValidUtf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
}

#include "indented.h"

#include <doctest/doctest.h>

using echolens::tools::Indented;

TEST_CASE("JSON is laid out as JavaScript does it") {
  CHECK(Indented("1") == "1");
  CHECK(Indented("{}") == "{}");
  CHECK(
      Indented(R"({"a":[1,-2.5e-7],"b":{"c":[],"d":{}},"e":null})") ==
      "{\n  \"a\": [\n    1,\n    -2.5e-7\n  ],\n  \"b\": {\n    \"c\": [],\n    \"d\": {}\n  },\n"
      "  \"e\": null\n}");
}

TEST_CASE("what stands in a string stays as it is") {
  CHECK(Indented(R"(["{,:}","\"],[\"","\\"])") ==
        "[\n  \"{,:}\",\n  \"\\\"],[\\\"\",\n  \"\\\\\"\n]");
}

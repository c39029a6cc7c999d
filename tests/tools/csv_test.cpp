#include "csv.h"

#include <doctest/doctest.h>

using echolens::tools::CsvRow;

TEST_CASE("cells are quoted where they must be") {
  CHECK(CsvRow({"a", "", "b c"}) == "a,,b c\r\n");
  CHECK(CsvRow({"a,b", "say \"no\"", "two\nlines"}) ==
        "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
}

TEST_CASE("no cell is a formula, and all are UTF-8") {
  CHECK(CsvRow({"=1+1", "+1", "-1", "@x", "1-1"}) == "'=1+1,'+1,'-1,'@x,1-1\r\n");
  CHECK(CsvRow({"a\xFF"
                "b"}) ==
        "a\xEF\xBF\xBD"
        "b\r\n");
}

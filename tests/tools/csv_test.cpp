#include "csv.h"

#include <doctest/doctest.h>

#include "tools/program.h"

using namespace echolens;
using namespace echolens::tools;

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

TEST_CASE("what is written is read") {
  const std::vector<std::vector<std::string>> rows{
      {"file", "a"}, {"x,y", "\"\""}, {"a\r\n", " "}, {"", "Brüste"}};
  std::string text;
  for (const auto& row : rows) text += CsvRow(row);
  const auto table = ParseCsv(text);
  REQUIRE(table.ok());
  CHECK(table->columns == rows[0]);
  REQUIRE(table->rows.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(table->rows[i].cells == rows[i + 1]);
}

TEST_CASE("a table's file") {
  const TemporaryFolder folder;
  const std::string path = folder.Add("t.csv", "file,label\na,b\n");
  CHECK(ReadCsv(path, {"file", "label"}).ok());
  CHECK(ReadCsv(path, {"file", "group"}).error().detail ==
        "'" + path + "' has no column 'group' in its first line");
  folder.Add("t.csv", "\"");
  CHECK(ReadCsv(path, {}).error().detail ==
        "'" + path + "': line 1: a quote is opened and never closed");
  CHECK(ReadCsv(folder / "no.csv", {}).error().code == ErrorCode::kFileUnreadable);
}

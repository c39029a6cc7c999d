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

namespace {

using Cells = std::vector<std::string>;

std::string Complaint(std::string_view text) {
  const auto table = ParseCsv(text);
  if (table.ok()) return "";
  CHECK(table.error().code == ErrorCode::kInvalidArgument);
  return table.error().detail;
}

}  // namespace

TEST_CASE("rows of a table, with the lines that they stand in") {
  const auto table = ParseCsv(
      "\xEF\xBB\xBF"
      "file,label\r\n\r\n\"a,b.png\",\"say \"\"no\"\"\"\r\n\"two\nlines\",\nc.png,benign");
  REQUIRE(table.ok());
  CHECK(table->columns == Cells{"file", "label"});
  REQUIRE(table->rows.size() == 3);
  CHECK(table->rows[0].cells == Cells{"a,b.png", "say \"no\""});
  CHECK(table->rows[0].line == 3);
  CHECK(table->rows[1].cells == Cells{"two\nlines", ""});
  CHECK(table->rows[1].line == 4);
  CHECK(table->rows[2].cells == Cells{"c.png", "benign"});
  CHECK(table->rows[2].line == 6);
  CHECK(*table->Find("label") == 1);
  CHECK(!table->Find("Label"));
}

TEST_CASE("what is written is read") {
  const std::vector<Cells> rows{{"file", "a"}, {"x,y", "\"\""}, {"a\r\n", " "}, {"", "Brüste"}};
  std::string text;
  for (const Cells& row : rows) text += CsvRow(row);
  const auto table = ParseCsv(text);
  REQUIRE(table.ok());
  CHECK(table->columns == rows[0]);
  REQUIRE(table->rows.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(table->rows[i].cells == rows[i + 1]);
}

TEST_CASE("nothing is a table of one column without a name") {
  CHECK(ParseCsv("")->columns == Cells{""});
  CHECK(ParseCsv("\n\n")->rows.empty());
}

TEST_CASE("tables that are none") {
  CHECK(Complaint("file\na\n\"b\n\n") == "line 3: a quote is opened and never closed");
  CHECK(Complaint("file\n\"a\"b\n") == "line 2: text behind the quote that closes a cell");
  CHECK(Complaint("file\nb\"a\"\n") ==
        "line 2: a quote inside a cell that does not begin with one");
  const std::string huge = "file\n" + std::string(kLongestCsvRow + 1, 'x');
  CHECK(Complaint(huge) == "line 2: the row is longer than 1 MiB: this is no table");
  CHECK(Complaint(std::string_view(huge).substr(0, huge.size() - 1)) == "");
  CHECK(Complaint("file\n" + std::string(kLongestCsvRow + 1, ',')) ==
        "line 2: the row is longer than 1 MiB: this is no table");
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

#include "evaluation/csv_table.h"

#include <doctest/doctest.h>

using namespace echolens;

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

TEST_CASE("semicolons separate where the first line has no comma") {
  const auto table = ParseCsv("file;label\r\n\"a;b.png\";benign\r\nc,d.png;\n");
  REQUIRE(table.ok());
  CHECK(table->columns == Cells{"file", "label"});
  REQUIRE(table->rows.size() == 2);
  CHECK(table->rows[0].cells == Cells{"a;b.png", "benign"});
  CHECK(table->rows[1].cells == Cells{"c,d.png", ""});
  CHECK(Complaint("a;b\n\"c\",d\n") == "line 2: text behind the quote that closes a cell");
  CHECK(Complaint("a;b\n" + std::string(kLongestCsvRow + 1, ';')) ==
        "line 2: the row is longer than 1 MiB: this is no table");

  const auto commas = ParseCsv("file,label;sure\na;b.png,benign");
  REQUIRE(commas.ok());
  CHECK(commas->columns == Cells{"file", "label;sure"});
  CHECK(commas->rows[0].cells == Cells{"a;b.png", "benign"});
  CHECK(ParseCsv("file\na;b.png")->rows[0].cells == Cells{"a;b.png"});
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

TEST_CASE("a table's name and columns") {
  CHECK(ParseCsv("file,label\na,b\n", "t.csv", {"file", "label"}).ok());
  CHECK(ParseCsv("file,label\na,b\n", "t.csv", {"file", "group"}).error().detail ==
        "'t.csv' has no column 'group' in its first line");
  CHECK(ParseCsv("\"", "t.csv", {}).error().detail ==
        "'t.csv': line 1: a quote is opened and never closed");
}

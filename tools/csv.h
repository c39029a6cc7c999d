// Tables of comma-separated values (RFC 4180), out and in.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.h"

namespace echolens::tools {

// One row with its line break, by RFC 4180, UTF-8: quoted where it must be. A cell that a
// spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"): a file
// may be named =HYPERLINK(…).
std::string CsvRow(const std::vector<std::string>& cells);

struct CsvTable {
  struct Row {
    std::size_t line = 0;  // of the file, from 1, where it begins
    std::vector<std::string> cells;
  };
  std::vector<std::string> columns;  // the first row
  std::vector<Row> rows;             // the others, empty lines left out

  // Where a column of this name stands; the first of several.
  std::optional<std::size_t> Find(std::string_view column) const;
};

// A row may be as long as this, in bytes: what is longer is no table.
inline constexpr std::size_t kLongestCsvRow = std::size_t{1} << 20;

// Line breaks are LF or CRLF, the last one may be missing, and so may be (or be there) the mark of
// UTF-8 in front, as spreadsheets write it. Errors: kInvalidArgument, naming the line: a quote that
// is not closed, text behind or before one, a row that is too long.
Result<CsvTable> ParseCsv(std::string_view text);

// The table in a file of up to 64 MB, with these columns at least. Errors: kFileUnreadable; those
// of ParseCsv and kInvalidArgument for a column that is not there, naming the file.
Result<CsvTable> ReadCsv(const std::string& path, std::initializer_list<std::string_view> columns);

}  // namespace echolens::tools

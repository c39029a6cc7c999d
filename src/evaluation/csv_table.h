// Tables of comma-separated values (RFC 4180), read.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.h"

namespace echolens {

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

// Cells are separated by commas, or by semicolons where the first line has some and no comma. Line
// breaks are LF or CRLF, the last one may be missing; the mark of UTF-8 may stand in front. Errors:
// kInvalidArgument, naming the line: a quote not closed, text behind or before one, a row too long.
Result<CsvTable> ParseCsv(std::string_view text);

// The same of a file, with these columns at least. Errors: those, and kInvalidArgument for a column
// that is not there, both naming the file.
Result<CsvTable> ParseCsv(std::string_view text, const std::string& file,
                          std::initializer_list<std::string_view> columns);

}  // namespace echolens

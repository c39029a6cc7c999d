// Tables of comma-separated values (RFC 4180): out, and in from files.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "evaluation/csv_table.h"
#include "result.h"

namespace echolens::tools {

// One row with its line break, by RFC 4180, UTF-8: quoted where it must be. A cell that a
// spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"): a file
// may be named =HYPERLINK(…).
std::string CsvRow(const std::vector<std::string>& cells);

// The table in a file of up to 64 MB, with these columns at least. Errors: kFileUnreadable; those
// of ParseCsv.
Result<CsvTable> ReadCsv(const std::string& path, std::initializer_list<std::string_view> columns);

}  // namespace echolens::tools

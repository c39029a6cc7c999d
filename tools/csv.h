// Rows of comma-separated values.
#pragma once

#include <string>
#include <vector>

namespace echolens::tools {

// One row with its line break, by RFC 4180, UTF-8: quoted where it must be. A cell that a
// spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"): a file
// may be named =HYPERLINK(…).
std::string CsvRow(const std::vector<std::string>& cells);

}  // namespace echolens::tools

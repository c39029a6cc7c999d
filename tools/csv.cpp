#include "csv.h"

#include <cstddef>
#include <string_view>

#include "utf8.h"

namespace echolens::tools {
namespace {

std::string Cell(std::string_view text) {
  std::string cell = ValidUtf8(text);
  if (cell.find_first_of("=+-@\t\r") == 0) cell.insert(0, "'");
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  for (std::size_t i = 0; (i = cell.find('"', i)) != std::string::npos; i += 2)
    cell.insert(i, "\"");
  return '"' + cell + '"';
}

}  // namespace

std::string CsvRow(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& cell : cells) row += (&cell == &cells[0] ? "" : ",") + Cell(cell);
  return row + "\r\n";
}

}  // namespace echolens::tools

#include "csv.h"

#include <cstdint>

#include "files.h"
#include "utf8.h"

namespace echolens::tools {
namespace {

constexpr std::size_t kLargestTable = std::size_t{64} << 20;  // bytes

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

Result<CsvTable> ReadCsv(const std::string& path, std::initializer_list<std::string_view> columns) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  ReadFile(path, kLargestTable, ErrorCode::kFileUnreadable));
  return ParseCsv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, columns);
}

}  // namespace echolens::tools

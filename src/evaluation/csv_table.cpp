#include "evaluation/csv_table.h"

#include <algorithm>
#include <utility>

namespace echolens {
namespace {

Error Wrong(std::size_t line, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "line " + std::to_string(line) + ": " + what};
}

// Takes cells off a text, one after another.
class Reader {
 public:
  Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool AtEnd() const { return text_.empty(); }

  Result<CsvTable::Row> NextRow() {
    CsvTable::Row row{line_, {}};
    const std::size_t start = text_.size();
    do {
      ECHOLENS_ASSIGN(std::string cell, text_.starts_with('"') ? QuotedCell() : PlainCell());
      row.cells.push_back(std::move(cell));
      if (start - text_.size() > kLongestCsvRow)
        return Wrong(row.line, "the row is longer than 1 MiB: this is no table");
    } while (Take(separator_));
    Take('\r');
    if (Take('\n')) ++line_;
    return row;
  }

 private:
  bool Take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  // At the end of a line: LF, CRLF or the end of the text.
  bool AtLineEnd() const {
    return text_.empty() || text_.starts_with('\n') || text_.starts_with("\r\n");
  }

  Result<std::string> PlainCell() {
    std::string cell;
    while (!AtLineEnd() && !text_.starts_with(separator_)) {
      if (Take('"')) return Wrong(line_, "a quote inside a cell that does not begin with one");
      cell += text_.front();
      text_.remove_prefix(1);
    }
    return cell;
  }

  Result<std::string> QuotedCell() {
    const std::size_t line = line_;
    std::string cell;
    Take('"');
    while (!text_.empty()) {
      if (Take('"') && !text_.starts_with('"')) {
        if (AtLineEnd() || text_.starts_with(separator_)) return cell;
        return Wrong(line_, "text behind the quote that closes a cell");
      }
      if (text_.front() == '\n') ++line_;
      cell += text_.front();
      text_.remove_prefix(1);
    }
    return Wrong(line, "a quote is opened and never closed");
  }

  std::string_view text_;
  char separator_;
  std::size_t line_ = 1;
};

// Spreadsheets write semicolons where the comma is the decimal mark.
char SeparatorOf(std::string_view text) {
  const std::string_view head = text.substr(0, text.find('\n'));
  const auto has = [head](char c) { return head.find(c) != std::string_view::npos; };
  return has(';') && !has(',') ? ';' : ',';
}

}  // namespace

std::optional<std::size_t> CsvTable::Find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column);
  if (found == columns.end()) return {};
  return static_cast<std::size_t>(found - columns.begin());
}

Result<CsvTable> ParseCsv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Reader reader(text, SeparatorOf(text));
  CsvTable table;
  ECHOLENS_ASSIGN(const CsvTable::Row first, reader.NextRow());
  table.columns = first.cells;
  while (!reader.AtEnd()) {
    ECHOLENS_ASSIGN(CsvTable::Row row, reader.NextRow());
    if (row.cells.size() > 1 || !row.cells[0].empty()) table.rows.push_back(std::move(row));
  }
  return table;
}

Result<CsvTable> ParseCsv(std::string_view text, const std::string& file,
                          std::initializer_list<std::string_view> columns) {
  auto table = ParseCsv(text);
  if (!table.ok()) return Error{table.error().code, "'" + file + "': " + table.error().detail};
  for (const std::string_view column : columns) {
    if (table->Find(column)) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "'" + file + "' has no column '" + std::string(column) + "' in its first line"};
  }
  return table;
}

}  // namespace echolens

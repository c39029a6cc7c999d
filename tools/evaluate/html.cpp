#include "evaluate/html.h"

#include <algorithm>

#include "model/sha256.h"
#include "terminal.h"

namespace echolens::evaluate {

std::string Escaped(std::string_view text) {
  std::string html;
  for (const char c : tools::Printable(text)) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      default: html += c;
    }
  }
  return html;
}

std::string Base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t there = std::min<std::size_t>(bytes.size() - i, 3);
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (k < there ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= there ? kDigits[three >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string Page(std::string_view title, std::string_view style, std::string_view body) {
  Sha256 hash;
  hash.Update({reinterpret_cast<const std::uint8_t*>(style.data()), style.size()});
  const std::string policy = "default-src 'none'; img-src data:; style-src 'sha256-" +
                             Base64(hash.Finish()) + "'; base-uri 'none'; form-action 'none'";
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<meta name=\"referrer\" content=\"no-referrer\">\n";
  page += "<title>" + Escaped(title) + "</title>\n<style>";
  page += style;
  page += "</style>\n</head>\n<body>\n";
  page += body;
  return page + "</body>\n</html>\n";
}

std::string Table(std::string_view caption, const std::vector<std::vector<std::string>>& rows) {
  std::string html =
      "<div class=\"wide\"><table>\n<caption>" + std::string(caption) + "</caption>\n";
  for (std::size_t y = 0; y < rows.size(); ++y) {
    html += "<tr>";
    for (std::size_t x = 0; x < rows[y].size(); ++x) {
      const std::string open = y == 0   ? "<th scope=\"col\">"
                               : x == 0 ? "<th scope=\"row\">"
                                        : "<td>";
      html += open + rows[y][x] + (y == 0 || x == 0 ? "</th>" : "</td>");
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace echolens::evaluate

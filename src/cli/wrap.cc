// SPDX-License-Identifier: MIT
#include "cli/wrap.h"

#include <algorithm>

#include "cli/printable.h"

namespace malinka::cli {
namespace {

constexpr std::size_t columns_max = 96;
constexpr std::size_t first_columns_max = 26;
constexpr std::string_view indent = "  ";
constexpr std::string_view gap = "  ";

std::string padding(std::size_t columns) { return std::string(columns, ' '); }

/// Its lines, one below the other at the margin.
std::string first_lines(const std::string& text) {
  std::string lines;
  std::string margin(indent);
  for (const std::string& line : wrapped(text, columns_max - 2 * indent.size())) {
    lines += margin + line + "\n";
    margin = std::string(indent) + std::string(indent);
  }
  return lines;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines = {""};
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (column_count(line) + 1 + column_count(word) <= columns)
      line.append(" ").append(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

std::string entry_list(const std::vector<Entry>& entries) {
  std::size_t width = 0;
  for (const auto& [term, about] : entries)
    if (const std::size_t columns = column_count(term); columns <= first_columns_max)
      width = std::max(width, columns);
  const std::size_t margin = indent.size() + width + gap.size();
  std::string text;
  for (const auto& [term, about] : entries) {
    const bool is_beside = column_count(term) <= width;
    std::string start = is_beside ? std::string(indent) + term +
                                        padding(margin - indent.size() - column_count(term))
                                  : first_lines(term) + padding(margin);
    for (const std::string& line : wrapped(about, columns_max - margin)) {
      text += start + line + "\n";
      start = padding(margin);
    }
  }
  return text;
}

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
#include "cli/table.h"

#include <algorithm>
#include <string_view>

#include "cli/printable.h"

namespace malinka::cli {
namespace {

using Lines = std::vector<std::string_view>;

Lines split_lines(std::string_view text) {
  Lines lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

void append_cell(std::string& line, std::string_view text, std::size_t width, Align align) {
  const std::string space(width - std::min(width, column_count(text)), ' ');
  if (align == Align::right) line += space;
  line += text;
  if (align == Align::left) line += space;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string Table::text() const {
  std::vector<std::vector<Lines>> rows;
  std::vector<std::string> titles;
  titles.reserve(columns_.size());
  for (const Column& column : columns_) titles.push_back(column.title);
  const bool has_titles =
      std::ranges::any_of(titles, [](const auto& title) { return !title.empty(); });
  const auto add_row = [&rows](const std::vector<std::string>& cells) {
    std::vector<Lines>& row = rows.emplace_back();
    for (const std::string& cell : cells) row.push_back(split_lines(cell));
  };
  if (has_titles) add_row(titles);
  for (const auto& row : rows_) add_row(row);

  std::vector<std::size_t> widths(columns_.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      for (const std::string_view line : row[i])
        widths[i] = std::max(widths[i], column_count(line));

  std::string text;
  for (const auto& row : rows) {
    std::size_t height = 0;
    for (const Lines& cell : row) height = std::max(height, cell.size());
    for (std::size_t y = 0; y < height; ++y) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) line += "  ";
        append_cell(line, y < row[i].size() ? row[i][y] : "", widths[i], columns_[i].align);
      }
      text += trimmed(std::move(line)) + '\n';
    }
  }
  return text;
}

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// Columns of text, as wide as they must be.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace malinka::cli {

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string title;  ///< All empty: no heading.
  Align align = Align::left;
};

/// **Value.**
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as columns, printable. Further lines of a cell stand below its first.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// Whole lines; nothing trails the last column of any.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
#include "base/qr_code.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace malinka::base {
namespace {

/// The drawing's rows without their colours: of each two modules, which are dark.
std::vector<std::string> rows_of(std::string_view drawn) {
  std::vector<std::string> rows;
  while (!drawn.empty()) {
    std::string_view line = drawn.substr(0, drawn.find('\n'));
    drawn.remove_prefix(line.size() + 1);
    line.remove_prefix(line.find('m') + 1);
    line.remove_suffix(line.size() - line.rfind('\x1b'));
    rows.emplace_back(line);
  }
  return rows;
}

std::size_t column_count(std::string_view row) {
  return static_cast<std::size_t>(
      std::ranges::count_if(row, [](char byte) { return (byte & '\xC0') != '\x80'; }));
}

TEST_CASE("a link's code fits a terminal of 80 by 24, with four modules of quiet around it") {
  const auto drawn = draw_qr_code(std::string(70, 'x'));
  REQUIRE(drawn);
  const std::vector<std::string> rows = rows_of(*drawn);
  CHECK(rows.size() == 21);  // Version 4 has 33 modules.
  for (const std::string& row : rows) {
    CHECK(column_count(row) == 41);
    CHECK(row.starts_with("    "));
    CHECK(row.ends_with("    "));
  }
  CHECK(rows[0] == std::string(41, ' '));
  CHECK(rows[1] == rows[0]);
  CHECK(rows[2].starts_with("    █▀▀▀▀▀█ "));  // The corner that scanners look for.
  CHECK(rows[3].starts_with("    █ ███ █ "));
}

TEST_CASE("what no QR code can hold is refused") {
  CHECK(draw_qr_code(std::string(2953, 'x')));
  const auto drawn = draw_qr_code(std::string(2954, 'x'));
  REQUIRE_FALSE(drawn);
  CHECK(drawn.error().code == std::errc::message_size);
}

}  // namespace
}  // namespace malinka::base

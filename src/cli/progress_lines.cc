// SPDX-License-Identifier: MIT
#include "cli/progress_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace malinka::cli {
namespace {

bool begins_character(char byte) { return (byte & 0xC0) != 0x80; }

/// Its first characters: most are one column wide.
std::string_view clip(std::string_view line, std::size_t columns) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < line.size(); ++end)
    if (begins_character(line[end]) && count++ == columns) break;
  return line.substr(0, end);
}

}  // namespace

std::string redraw(std::size_t lines_before, std::span<const std::string> lines,
                   std::size_t columns) {
  std::string drawn = "\r";
  if (lines_before > 1) drawn += fmt::format("\x1b[{}A", lines_before - 1);
  drawn += "\x1b[J";
  for (const std::string& line : lines) {
    if (&line != &lines.front()) drawn += "\n";
    // Behind the last column some terminals wrap.
    drawn += clip(line, std::max<std::size_t>(columns, 2) - 1);
  }
  return drawn;
}

}  // namespace malinka::cli

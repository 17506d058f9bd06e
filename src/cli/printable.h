// SPDX-License-Identifier: MIT
// Text of others, made safe for a terminal: no name, listing or output of a device can move the
// cursor, hide text or type keys.

#pragma once

#include <string>
#include <string_view>

namespace malinka::cli {

/// One line: controls (C0, DEL, C1, line and paragraph separators, direction overrides) and what is
/// not UTF-8 become escapes as \x1b or \u{202e}.
[[nodiscard]] std::string printable(std::string_view text);

/// Many lines: newlines and tabs stay, and so do escape sequences that only choose colours (SGR).
[[nodiscard]] std::string printable_output(std::string_view text);

/// How much of `text`, of which more may follow, can be shown: not into a character, a line's end
/// or an escape sequence that is cut off.
[[nodiscard]] std::size_t whole_size(std::string_view text);

/// How many columns printable text takes: its characters, as most are one column wide.
[[nodiscard]] std::size_t column_count(std::string_view text);

}  // namespace malinka::cli

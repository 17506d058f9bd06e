// SPDX-License-Identifier: MIT
// Text that is not wider than a terminal.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace malinka::cli {

/// `text` in lines of at most `columns`, broken at spaces; a longer word has a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// What is explained, and how. Printable.
using Entry = std::pair<std::string, std::string>;

/// Two columns in at most 96: what is explained, and beside it how. What is too long for the first
/// column has lines of its own above. Whole lines, indented by two.
[[nodiscard]] std::string entry_list(const std::vector<Entry>& entries);

}  // namespace malinka::cli

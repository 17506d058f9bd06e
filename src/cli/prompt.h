// SPDX-License-Identifier: MIT
// Questions to the person at the terminal.

#pragma once

#include <optional>
#include <string>

namespace malinka::cli {

/// The line typed, which is not shown; nothing where there is no terminal, or none was typed.
[[nodiscard]] std::optional<std::string> ask_secret(const std::string& question);
/// Whether the answer was y or yes; nothing where there is no terminal.
[[nodiscard]] std::optional<bool> ask_yes(const std::string& question);

}  // namespace malinka::cli

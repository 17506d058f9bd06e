// SPDX-License-Identifier: MIT
// Completion for shells, made from the command table.

#pragma once

#include <string>

namespace malinka::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace malinka::cli

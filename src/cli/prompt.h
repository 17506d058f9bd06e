// SPDX-License-Identifier: MIT
// A question to the person at the terminal, answered without echo.

#pragma once

#include <optional>
#include <string>

namespace malinka::cli {

/// The line typed, or nothing where there is no terminal, or none was typed.
[[nodiscard]] std::optional<std::string> ask_secret(const std::string& question);

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// The small texts of /proc and /sys, below a folder that tests may put in place of /.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "malinka/result.h"

namespace malinka::agent::telemetry {

/// Without the line break at its end. Errors: those of open(2) and read(2).
[[nodiscard]] Result<std::string> read_text(const std::string& path);
/// Errors: as read_text; std::errc::invalid_argument where it is no number.
[[nodiscard]] Result<double> read_number(const std::string& path);

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// Split at blanks, however many.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view line);
[[nodiscard]] std::optional<double> to_number(std::string_view text);

/// The names in a folder, sorted; none where it cannot be read. At most 256.
[[nodiscard]] std::vector<std::string> list_names(const std::string& folder);

}  // namespace malinka::agent::telemetry

// SPDX-License-Identifier: MIT
// Whole small files: configuration and passwords.

#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::base {

/// A whole file of at most `bytes_max`. Errors: those of open(2) and read(2),
/// std::errc::file_too_large.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

/// A password from a file: one trailing newline is not part of it. Errors: as read_file.
[[nodiscard]] Result<std::string> read_password_file(const std::string& path);

/// TOML as JSON (dates as text). Errors: std::errc::invalid_argument with `name`:LINE and why as
/// context.
[[nodiscard]] Result<Json> parse_toml(std::string_view text, std::string_view name);
/// A TOML file as JSON likewise. Errors: the file's too.
[[nodiscard]] Result<Json> read_toml(const std::string& path);

}  // namespace malinka::base

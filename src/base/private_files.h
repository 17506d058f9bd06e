// SPDX-License-Identifier: MIT
// Small files that are nobody else's business: mode 0600, in folders of mode 0700.

#pragma once

#include <string>
#include <string_view>

#include "malinka/result.h"

namespace malinka::base {

/// Where this program keeps what it has to remember: $STATE_DIRECTORY (the first of several, as
/// systemd gives them), else ~/.local/state/malinka. Errors:
/// std::errc::no_such_file_or_directory where there is no home.
[[nodiscard]] Result<std::string> state_folder();

/// Replaces the file whole, or leaves it as it was. Makes its folder where it is missing. Errors:
/// the system's; the context is the path.
[[nodiscard]] Result<void> write_private_file(const std::string& path, std::string_view text);
/// Adds `text` behind what is there, in one write. Makes file and folder where they are missing.
/// Errors: as write_private_file.
[[nodiscard]] Result<void> append_private_file(const std::string& path, std::string_view text);

}  // namespace malinka::base

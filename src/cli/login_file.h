// SPDX-License-Identifier: MIT
// Keeps a link in the person's settings file, and the other settings that are there.

#pragma once

#include <string>
#include <string_view>

#include "cli/exit_code.h"
#include "malinka/channel_link.h"

namespace malinka::cli {

/// The TOML text `settings` with the link's hub, channel and password in place of what it has.
/// Comments and other settings stay. Errors: std::errc::not_supported for a text that is written
/// too cleverly, as with a key in quotes.
[[nodiscard]] Result<std::string> with_login(std::string_view settings, const ChannelLink& link);

/// Does that to a file, which is the person's alone from then on. Errors: the file's.
[[nodiscard]] Attempt<void> keep_login(const std::string& path, const ChannelLink& link);

}  // namespace malinka::cli

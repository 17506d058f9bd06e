// SPDX-License-Identifier: MIT
// One file, folder or link as JSON: `entry` of spec/commands.json.

#pragma once

#include <sys/stat.h>

#include <string>

#include "agent/capability/files/roots.h"
#include "base/json_fwd.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

/// Any bytes may stand in a name on a disk; those that are no UTF-8 become U+FFFD, and the entry
/// says so.
[[nodiscard]] Json make_entry(const std::string& path, const std::string& name,
                              const struct stat& status);

/// Of a name in an open folder; links are not followed. Errors: those of fstatat.
[[nodiscard]] Result<Json> read_entry(int folder, const char* name, const std::string& folder_path);

/// Of a place; a link at its end is not followed. Errors: as open_place.
[[nodiscard]] Result<Json> read_entry(const Place& place);

}  // namespace malinka::agent::files

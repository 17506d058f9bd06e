// SPDX-License-Identifier: MIT
// The commands of `files`, each a function that may block: it runs on a worker.

#pragma once

#include <string>
#include <string_view>

#include "agent/capability/capability.h"
#include "agent/capability/files/goal.h"
#include "agent/capability/files/roots.h"

namespace malinka::agent::files {

/// The path that a command names.
[[nodiscard]] const std::string& path_of(const Command& command, const char* member = "path");
/// What files.write wants of the file that it makes. Errors: FilesError::bad_time.
[[nodiscard]] Result<WriteWish> wish_of(const Command& command);

/// Carries out one of the files.* commands of spec/commands.json, whose value fits its schema.
[[nodiscard]] Reply carry_out(const Roots& roots, const Command& command);

/// Has the name of what files.write has written reach the disk, as its content has.
void sync_folder_of(const Roots& roots, const Command& command);

}  // namespace malinka::agent::files

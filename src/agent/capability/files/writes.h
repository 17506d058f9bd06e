// SPDX-License-Identifier: MIT
// Files that come in a message: one, or many small ones at once. May block.

#pragma once

#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/files/roots.h"
#include "malinka/result.h"

namespace malinka::agent::files {

/// The paths that `command` is to write to, where it is one of the two.
[[nodiscard]] std::vector<std::string> paths_written(const Command& command);

/// files.write. Errors: as WholeWrite; FilesError::hash_differs, bad_time.
[[nodiscard]] Result<Reply> write(const Roots& roots, const Command& command);

/// files.unpack: each file has its entry in the reply, or why it was not written. Errors:
/// FilesError::size_differs, with nothing written.
[[nodiscard]] Result<Reply> unpack(const Roots& roots, const Command& command);

}  // namespace malinka::agent::files

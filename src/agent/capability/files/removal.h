// SPDX-License-Identifier: MIT
// Removing, also a folder with all that is in it, without ever following a link. May block.

#pragma once

#include <cstddef>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/roots.h"
#include "malinka/result.h"

namespace malinka::agent::files {

enum class Extent { one, recursive };

/// How many files, links and folders it removed. Stays on one file system and within
/// limits::files_depth_max folders. Errors: as open_parent; FilesError::is_root, not_empty,
/// mount_inside, too_deep, then some may be gone already.
[[nodiscard]] Result<std::size_t> remove_place(const Roots& roots, const Place& place,
                                               Extent extent);

/// Errors: FilesError::is_root where `child` is one of the roots, whatever path led there; those of
/// fstatat.
[[nodiscard]] Result<void> check_is_no_root(const Roots& roots, const Child& child);

}  // namespace malinka::agent::files

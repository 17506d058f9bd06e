// SPDX-License-Identifier: MIT
// Opening what lies below a root, and nothing else, whatever links and `..` a path has: by
// openat2(2), so that no race of another process can lead out. All of this may block.

#pragma once

#include <string>

#include "agent/capability/files/roots.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

/// Opens `place` with the flags of open(2). Links are followed within the root, absolute ones too.
/// Errors: those of openat2, FilesError::leads_out, broken_link.
[[nodiscard]] Result<UniqueFd> open_place(const Place& place, int flags);

/// A name in an open folder, whether it is there or not.
struct Child {
  UniqueFd folder;   ///< By O_PATH.
  std::string name;  ///< Not `.` or `..`.
};

/// Errors: as open_place; FilesError::is_root, not_a_name.
[[nodiscard]] Result<Child> open_parent(const Place& place);

/// The path of a descriptor as the kernel knows it: for the calls that take no descriptor.
[[nodiscard]] std::string descriptor_path(const UniqueFd& fd);

/// The same file or folder again, from a descriptor by O_PATH: nothing can have taken its place
/// meanwhile.
[[nodiscard]] Result<UniqueFd> reopen(const UniqueFd& fd, int flags, const Place& place);

}  // namespace malinka::agent::files

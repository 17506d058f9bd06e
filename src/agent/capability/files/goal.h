// SPDX-License-Identifier: MIT
// Where a file is to be put: what may be replaced there, and what it shall look like. May block.

#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>

#include "agent/capability/files/beneath.h"
#include "base/clock.h"
#include "malinka/result.h"

namespace malinka::agent::files {

enum class Replacing { no, yes };

struct WriteWish {
  Replacing replacing = Replacing::no;
  std::optional<mode_t> mode{};
  std::optional<Wall> modified{};  ///< When it was last; now, where it is not said.
};

/// What it shall look like.
struct FileLook {
  mode_t mode = 0644;
  bool has_owner = false;  ///< Of a file that it replaces; kept where we may.
  uid_t uid = 0;
  gid_t gid = 0;
  std::optional<Wall> modified{};
};

/// What is there under that name now, when it may be replaced; nothing when nothing is. Errors:
/// FilesError::exists_already, …_in_the_way; those of fstatat.
[[nodiscard]] Result<std::optional<struct stat>> find_replaceable(const Child& child,
                                                                  Replacing replacing);
/// What is replaced gives its mode and owner, unless another mode is wished for.
[[nodiscard]] FileLook look_for(const std::optional<struct stat>& old, const WriteWish& wish);
/// Once all is written, which would take a time, and the right to act as its owner. Errors: those
/// of fchmod, but for file systems that keep no modes.
[[nodiscard]] Result<void> apply_look(const UniqueFd& fd, const FileLook& look);
/// So that names in the child's folder survive a loss of power too, as contents do already.
void sync_folder(const Child& child);

}  // namespace malinka::agent::files

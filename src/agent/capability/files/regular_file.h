// SPDX-License-Identifier: MIT
// A file that can be read: nothing but a regular one is opened at all, so that a pipe does not
// block and a device does nothing. May block.

#pragma once

#include <sys/stat.h>

#include "agent/capability/files/roots.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

struct RegularFile {
  UniqueFd fd;  ///< To read from.
  struct stat status{};
};

/// Errors: as open_place; FilesError::is_folder, is_pipe, is_socket, is_device.
[[nodiscard]] Result<RegularFile> open_regular(const Place& place);

}  // namespace malinka::agent::files

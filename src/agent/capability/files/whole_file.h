// SPDX-License-Identifier: MIT
// A file read or written in one piece of at most limits::file_message_bytes_max. May block.

#pragma once

#include <sys/stat.h>

#include "agent/capability/files/goal.h"
#include "agent/capability/files/roots.h"
#include "base/bytes.h"
#include "malinka/result.h"

namespace malinka::agent::files {

struct WholeFile {
  struct stat status{};
  Bytes content;
};

/// Nothing but a regular file is opened at all: a pipe does not block, a device does nothing.
/// Errors: as open_place; FilesError::is_folder, is_pipe, is_socket, is_device, too_large.
[[nodiscard]] Result<WholeFile> read_whole(const Place& place);

/// All of it or nothing, down to the disk but for its name (sync_folder); readers see the old file
/// or the new one, never a part. What is replaced gives its mode and owner. Errors: as open_parent;
/// FilesError::exists_already, …_in_the_way; ENOSPC, with nothing left behind.
[[nodiscard]] Result<void> write_whole(const Place& place, ByteView content, const WriteWish& wish);

}  // namespace malinka::agent::files

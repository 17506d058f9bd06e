// SPDX-License-Identifier: MIT
// A file read or written in one piece of at most limits::file_message_bytes_max. May block.

#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>

#include "agent/capability/files/goal.h"
#include "agent/capability/files/new_file.h"
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

/// A file that comes in one piece, all of it or nothing: readers see what was there before, or the
/// new one, never a part. What is replaced gives its mode and owner.
class WholeWrite {
 public:
  /// Written, and seen by nobody. Errors: as open_parent; FilesError::too_large, exists_already,
  /// …_in_the_way; ENOSPC, with nothing left behind.
  [[nodiscard]] static Result<WholeWrite> begin(const Place& place, ByteView content,
                                                const WriteWish& wish);
  [[nodiscard]] const NewFile& file() const { return file_; }
  /// Puts it in its place, once it is on the disk, and gives what it is now. Errors:
  /// FilesError::exists_already; those of linkat, renameat2.
  [[nodiscard]] Result<struct stat> put();

 private:
  WholeWrite(const Place& place, std::unique_ptr<const Child> child, NewFile file,
             Replacing replacing)
      : path_(place.path),
        child_(std::move(child)),
        file_(std::move(file)),
        replacing_(replacing) {}

  std::string path_;
  std::unique_ptr<const Child> child_;
  NewFile file_;  // In that child's folder.
  Replacing replacing_;
};

}  // namespace malinka::agent::files

// SPDX-License-Identifier: MIT
// A file that nobody sees until it is whole. Where the file system can, it has no name till then
// (O_TMPFILE), so that not even a crash leaves anything behind. May block.

#pragma once

#include <sys/stat.h>

#include <string>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/goal.h"
#include "base/bytes.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

class NewFile {
 public:
  /// In the same folder, so that it can be put in its place in one step. `child` must outlive it.
  /// Errors: those of openat.
  [[nodiscard]] static Result<NewFile> create(const Child& child);
  NewFile(NewFile&& other) noexcept = default;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();  // What was not put in its place is gone.

  /// Writes all of it. Errors: those of write.
  [[nodiscard]] Result<void> fill(ByteView bytes, const FileLook& look);
  /// Waits until it is on the disk. Errors: those of fsync.
  [[nodiscard]] Result<void> sync() const;
  /// Waits until all that its file system has is on the disk. Errors: those of syncfs.
  [[nodiscard]] Result<void> sync_file_system() const;
  /// Gives it its name. Errors: those of linkat and renameat2; EEXIST where it would have to
  /// replace something.
  [[nodiscard]] Result<void> put(Replacing replacing);
  /// What it is by now. Errors: those of fstat.
  [[nodiscard]] Result<struct stat> status() const;

 private:
  NewFile(const Child& child, UniqueFd fd, std::string name)
      : child_(&child), fd_(std::move(fd)), name_(std::move(name)) {}
  [[nodiscard]] Result<void> link(const std::string& name);
  [[nodiscard]] Result<void> rename(Replacing replacing);

  const Child* child_;
  UniqueFd fd_;
  std::string name_;  // A name for the meantime; empty while it has none.
};

}  // namespace malinka::agent::files

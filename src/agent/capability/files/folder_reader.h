// SPDX-License-Identifier: MIT
// The names in an open folder, one by one. May block.

#pragma once

#include <dirent.h>

#include <memory>

#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

class FolderReader {
 public:
  /// `folder` must be open for reading. Errors: those of fdopendir.
  [[nodiscard]] static Result<FolderReader> open(UniqueFd folder);

  /// The next name but `.` and `..`, good until the next call; null at the end.
  /// Errors: those of readdir.
  [[nodiscard]] Result<const char*> next();
  void rewind();
  [[nodiscard]] int fd() const;

 private:
  struct Closer {
    void operator()(DIR* stream) const { closedir(stream); }
  };
  explicit FolderReader(DIR* stream) : stream_(stream) {}
  std::unique_ptr<DIR, Closer> stream_;
};

}  // namespace malinka::agent::files

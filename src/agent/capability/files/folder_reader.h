// SPDX-License-Identifier: MIT
// The names in an open folder, one by one. May block.

#pragma once

#include <dirent.h>

#include <memory>
#include <optional>
#include <string_view>

#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

class FolderReader {
 public:
  /// `folder` must be open for reading. Errors: those of fdopendir.
  [[nodiscard]] static Result<FolderReader> open(UniqueFd folder);

  /// The next name but `.` and `..`, ending in a NUL, good until the next call; nothing at the end.
  /// Errors: those of readdir.
  [[nodiscard]] Result<std::optional<std::string_view>> next();
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

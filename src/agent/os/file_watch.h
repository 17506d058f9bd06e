// SPDX-License-Identifier: MIT
// Tells when a file was replaced or written, by inotify(7).

#pragma once

#include <memory>
#include <string>
#include <utility>

#include "agent/os/folder_watch.h"
#include "malinka/result.h"
#include "net/loop.h"

namespace malinka::agent::os {

/// **Loop-bound.**
class FileWatch {
 public:
  /// Calls `on_change` in a later turn whenever the file at `path` has been written and closed, or
  /// another has taken its name. Its folder must be there, and is watched, so that the file may
  /// come and go. `loop` must outlive it. Errors: those of inotify and epoll.
  [[nodiscard]] static Result<std::unique_ptr<FileWatch>> open(net::Loop& loop,
                                                               const std::string& path,
                                                               net::Task on_change);

 private:
  explicit FileWatch(std::unique_ptr<FolderWatch> folder) : folder_(std::move(folder)) {}

  std::unique_ptr<FolderWatch> folder_;
};

}  // namespace malinka::agent::os

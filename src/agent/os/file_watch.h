// SPDX-License-Identifier: MIT
// Tells when a file was replaced or written, by inotify(7).

#pragma once

#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "malinka/result.h"
#include "net/loop.h"

namespace malinka::agent::os {

/// **Loop-bound.**
class FileWatch final : net::ReadinessHandler {
 public:
  /// Calls `on_change` in a later turn whenever the file at `path` has been written and closed, or
  /// another has taken its name. Its folder must be there, and is watched, so that the file may
  /// come and go. `loop` must outlive it. Errors: those of inotify and epoll.
  [[nodiscard]] static Result<std::unique_ptr<FileWatch>> open(net::Loop& loop,
                                                               const std::string& path,
                                                               net::Task on_change);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

 private:
  FileWatch(net::Loop& loop, UniqueFd inotify, std::string name, net::Task on_change);

  void on_ready(net::Readiness readiness) noexcept override;
  [[nodiscard]] bool read_changes();

  net::Loop& loop_;
  UniqueFd inotify_;
  const std::string name_;  // Of the file in its folder.
  net::Task on_change_;
};

}  // namespace malinka::agent::os

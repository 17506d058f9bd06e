// SPDX-License-Identifier: MIT
// Tells what happens to the files of a folder, by inotify(7).

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "malinka/result.h"
#include "net/loop.h"

namespace malinka::agent::os {

/// What a turn of the loop has brought.
struct FolderChanges {
  std::vector<std::string> names;
  bool has_lost_some = false;  ///< It was too much: nobody knows what has changed.

  [[nodiscard]] bool may_be(std::string_view name) const;
  /// Whether one of those that begin so may be among them.
  [[nodiscard]] bool may_begin_with(std::string_view prefix) const;
};

/// **Loop-bound.**
class FolderWatch final : net::ReadinessHandler {
 public:
  using Sink = std::move_only_function<void(const FolderChanges&)>;

  /// `events` are those of inotify(7), as IN_CREATE. `folder` must be there, and `loop` must
  /// outlive the watch. Errors: those of inotify and epoll.
  [[nodiscard]] static Result<std::unique_ptr<FolderWatch>> open(net::Loop& loop,
                                                                 const std::string& folder,
                                                                 std::uint32_t events, Sink sink);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  FolderWatch(net::Loop& loop, UniqueFd inotify, Sink sink);

  void on_ready(net::Readiness readiness) noexcept override;
  [[nodiscard]] FolderChanges read_changes();

  net::Loop& loop_;
  UniqueFd inotify_;
  Sink sink_;
};

}  // namespace malinka::agent::os

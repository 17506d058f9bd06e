// SPDX-License-Identifier: MIT
// Tells when a file was replaced or written, or devices came and went, by inotify(7).

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
  /// The same for all whose names begin with `path` (as /dev/gpiochip): one came, went, or is
  /// somebody else's.
  [[nodiscard]] static Result<std::unique_ptr<FileWatch>> open_devices(net::Loop& loop,
                                                                       const std::string& path,
                                                                       net::Task on_change);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

 private:
  struct Aim {
    std::string name;        ///< Of the file in its folder.
    bool is_prefix = false;  ///< The name is the beginning of many.
    std::uint32_t events = 0;

    [[nodiscard]] bool meets(std::string_view other) const {
      return is_prefix ? other.starts_with(name) : other == name;
    }
  };

  FileWatch(net::Loop& loop, UniqueFd inotify, Aim aim, net::Task on_change);
  [[nodiscard]] static Result<std::unique_ptr<FileWatch>> open(net::Loop& loop,
                                                               const std::string& folder, Aim aim,
                                                               net::Task on_change);

  void on_ready(net::Readiness readiness) noexcept override;
  [[nodiscard]] bool read_changes();

  net::Loop& loop_;
  UniqueFd inotify_;
  const Aim aim_;
  net::Task on_change_;
};

}  // namespace malinka::agent::os

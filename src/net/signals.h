// SPDX-License-Identifier: MIT
// SIGTERM and SIGINT as readiness of a descriptor (signalfd), so that nothing happens inside a
// signal handler.

#pragma once

#include <memory>

#include "base/unique_fd.h"
#include "net/loop.h"

namespace malinka::net {

/// **Loop-bound.** The signals are blocked for the thread that opens it and those it makes, and
/// stay so.
class Signals final : ReadinessHandler {
 public:
  /// Calls `on_signal` each time. Errors: those of signalfd(2) and epoll_ctl(2).
  [[nodiscard]] static Result<std::unique_ptr<Signals>> open(Loop& loop, Task on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  Signals(Loop& loop, UniqueFd fd, Task on_signal);
  void on_ready(Readiness readiness) noexcept override;

  Loop& loop_;
  UniqueFd fd_;
  Task on_signal_;
};

}  // namespace malinka::net

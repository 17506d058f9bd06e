// SPDX-License-Identifier: MIT
// Tasks ordered by when they are due. Knows no clock of its own; Loop asks it.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/mailbox.h"

namespace malinka::net {

using base::Task;
using TimerId = std::uint64_t;
inline constexpr TimerId no_timer = 0;

/// **Value.** Adding, cancelling and taking cost O(log n).
class TimerQueue {
 public:
  TimerId add(Steady deadline, Task task);
  void cancel(TimerId timer) noexcept;

  /// The next task due at `now` among the timers added before `first_new`, taken out; or nothing.
  [[nodiscard]] std::optional<Task> take_due(Steady now, TimerId first_new);

  [[nodiscard]] std::optional<Steady> next_deadline() const;
  /// The id that the next timer will have: what comes from now on is not below it.
  [[nodiscard]] TimerId first_new() const { return next_id_; }

 private:
  std::map<std::pair<Steady, TimerId>, Task> tasks_;  // Equal deadlines in the order of adding.
  std::unordered_map<TimerId, Steady> deadlines_;
  TimerId next_id_ = 1;
};

}  // namespace malinka::net

// SPDX-License-Identifier: MIT
// Tasks ordered by when they are due. Knows no clock of its own; Loop asks it.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/mailbox.h"

namespace malinka::net {

using base::Task;
/// A place in the queue, and whose it is: a later timer in the same place has another id.
using TimerId = std::uint64_t;
inline constexpr TimerId no_timer = 0;

/// **Value.** Adding, cancelling and taking cost O(log n). A timer takes 72 bytes, in a few large
/// pieces.
class TimerQueue {
 public:
  /// How many timers there were so far: of two, the one that was added later has the greater.
  using Order = std::uint64_t;

  TimerId add(Steady deadline, Task task);
  void cancel(TimerId timer) noexcept;

  /// The next task due at `now` among the timers added before `first_new`, taken out; or nothing.
  [[nodiscard]] std::optional<Task> take_due(Steady now, Order first_new);

  [[nodiscard]] std::optional<Steady> next_deadline() const;
  /// The order that the next timer will have.
  [[nodiscard]] Order first_new() const { return next_order_; }

 private:
  using Place = std::uint32_t;
  static constexpr Place no_place = static_cast<Place>(-1);

  struct Timer {
    Task task;
    Steady deadline;
    Order order = 0;         // Zero: a free place.
    std::uint32_t rank = 0;  // Its index in the heap; of a free place the next free one.
  };

  [[nodiscard]] Place take_place();
  [[nodiscard]] Task take_out(Place place);
  [[nodiscard]] bool is_before(Place one, Place other) const;
  void move_up(std::size_t rank);
  void move_down(std::size_t rank);
  void put(std::size_t rank, Place place);

  std::vector<Timer> timers_;  // By place.
  std::vector<Place> heap_;    // A binary heap: the first is due first.
  Place first_free_ = no_place;
  Order next_order_ = 1;
};

}  // namespace malinka::net

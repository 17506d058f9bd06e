// SPDX-License-Identifier: MIT
// One thread's event loop over epoll: descriptors, timers, posted tasks, and the end of each turn.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/unique_fd.h"
#include "malinka/result.h"
#include "net/timer_queue.h"

namespace malinka::net {

/// What a descriptor is ready for.
struct Readiness {
  bool is_readable = false;
  bool is_writable = false;
  bool is_hung_up =
      false;  ///< The peer will send no more, or all is over: read until the end shows.
};

/// Who is told about a descriptor. Not owned by the loop; must outlive its watch.
class ReadinessHandler {
 public:
  virtual void on_ready(Readiness readiness) noexcept = 0;

 protected:
  ~ReadinessHandler() = default;
};

/// Anything that can wait to be destroyed.
class Disposable {
 public:
  virtual ~Disposable() = default;
};

/// A turn is: wait, ready descriptors, posted tasks, due timers, callers of `next_turn` from the
/// last turn, the turn's end, then destruction of what was disposed of. **Loop-bound**, except
/// post() and stop().
class Loop {
 public:
  /// Errors: std::errc of epoll_create1 and eventfd.
  [[nodiscard]] static Result<std::unique_ptr<Loop>> create(const Clock& clock = system_clock());
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs turns until stop(). What was posted before is still carried out.
  void run();
  /// Runs one turn that waits at most `wait`: for tests.
  void run_turn(std::chrono::milliseconds wait);
  /// Thread-safe; also from a signal handler or a task.
  void stop() noexcept;
  /// Thread-safe. The task runs on the loop's thread in a later turn, never inside this call.
  void post(Task task);

  /// Watches `fd` for reading and writing, edge-triggered; what it is ready for already is told in
  /// a later turn. Watching it again changes the handler, and tells that one anew. Errors: those of
  /// epoll_ctl.
  [[nodiscard]] Result<void> watch(int fd, ReadinessHandler& handler);
  /// After it returns the handler is not called again, not even for events of this turn.
  void forget(int fd) noexcept;

  /// Runs the task once, in a later turn, when `delay` is over. Zero gives a next_turn() that can
  /// be cancelled.
  [[nodiscard]] TimerId after(std::chrono::nanoseconds delay, Task task);
  void cancel(TimerId timer) noexcept;

  /// Runs the task early in the next turn, which then does not wait: for work that took its share.
  void next_turn(Task task);
  /// Runs at the end of every turn: the place of the one flush.
  void set_turn_end(Task task);
  /// Destroys `object` when the turn is over, so that nothing dies inside its own callback.
  void dispose(std::unique_ptr<Disposable> object);

  [[nodiscard]] const Clock& clock() const { return clock_; }
  /// The steady time at the start of this turn.
  [[nodiscard]] Steady now() const { return now_; }

 private:
  /// A descriptor's place in the table. The generation tells an event of this watch from one of a
  /// watch that was forgotten while the event waited.
  struct Watch {
    ReadinessHandler* handler = nullptr;
    std::uint32_t generation = 0;
  };

  Loop(const Clock& clock, UniqueFd epoll, UniqueFd wake_event);

  void dispatch_ready(std::chrono::milliseconds wait);
  void run_due_timers(TimerQueue::Order first_new);
  void bury_disposed();
  void wake() noexcept;
  [[nodiscard]] std::chrono::milliseconds time_to_wait(std::chrono::milliseconds at_most) const;
  void assert_own_thread() const;

  const Clock& clock_;
  UniqueFd epoll_;
  UniqueFd wake_event_;
  std::atomic<bool> is_stopping_ = false;
  base::Mailbox posted_;
  // From here on: the loop's thread only.
  std::thread::id turning_thread_;  // The thread inside a turn, for the assertion; else none.
  Steady now_;
  std::vector<Watch> watches_;  // By descriptor.
  TimerQueue timers_;
  std::vector<Task> next_;
  Task turn_end_;
  std::vector<std::unique_ptr<Disposable>> disposed_;
};

}  // namespace malinka::net

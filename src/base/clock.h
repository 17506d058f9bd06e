// SPDX-License-Identifier: MIT
// Time as something that can be handed in, so that tests turn the clock by hand.

#pragma once

#include <chrono>

namespace malinka {

using Steady = std::chrono::steady_clock::time_point;
using Wall = std::chrono::system_clock::time_point;

/// Where a part gets its time from. **Thread-safe.**
class Clock {
 public:
  virtual ~Clock() = default;
  /// Never jumps: for timers and deadlines.
  [[nodiscard]] virtual Steady now() const = 0;
  /// The same, but that it goes on while the machine sleeps: for what others are promised.
  [[nodiscard]] virtual Steady boot_now() const = 0;
  /// May jump: for what people and messages call the time.
  [[nodiscard]] virtual Wall wall() const = 0;
};

/// The machine's own clocks; lives as long as the process.
[[nodiscard]] const Clock& system_clock();

/// A clock that stands still until it is moved. For tests; **loop-bound**.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] Steady now() const override { return now_; }
  [[nodiscard]] Steady boot_now() const override { return now_ + slept_; }
  [[nodiscard]] Wall wall() const override { return wall_; }

  void advance(std::chrono::nanoseconds by) {
    now_ += std::chrono::duration_cast<Steady::duration>(by);
    wall_ += std::chrono::duration_cast<Wall::duration>(by);
  }
  void set_wall(Wall wall) { wall_ = wall; }
  /// As a machine that was suspended: its steady clock has not noticed.
  void sleep(std::chrono::nanoseconds time) {
    slept_ += std::chrono::duration_cast<Steady::duration>(time);
  }

 private:
  Steady now_{std::chrono::hours(1)};
  Steady::duration slept_{};
  Wall wall_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
};

}  // namespace malinka

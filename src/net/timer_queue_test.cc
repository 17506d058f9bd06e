// SPDX-License-Identifier: MIT
#include "net/timer_queue.h"

#include <doctest/doctest.h>

#include <string>

namespace malinka::net {
namespace {

using std::chrono::seconds;

constexpr Steady start{seconds(100)};

/// Runs all that is due; what was run says so in `said`.
void run_due(TimerQueue& timers, Steady now) {
  while (auto task = timers.take_due(now, timers.first_new())) (*task)();
}

}  // namespace

TEST_CASE("timers come in the order of their deadlines, equal ones in the order of adding") {
  TimerQueue timers;
  std::string said;
  timers.add(start + seconds(2), [&] { said += 'c'; });
  timers.add(start + seconds(1), [&] { said += 'a'; });
  timers.add(start + seconds(1), [&] { said += 'b'; });
  run_due(timers, start + seconds(2));
  CHECK(said == "abc");
}

TEST_CASE("a timer is not due before its deadline") {
  TimerQueue timers;
  timers.add(start + seconds(1), [] {});
  CHECK_FALSE(timers.take_due(start, timers.first_new()));
  CHECK(timers.next_deadline() == start + seconds(1));
}

TEST_CASE("a cancelled timer never comes, and cancelling again is harmless") {
  TimerQueue timers;
  const TimerId timer = timers.add(start, [] {});
  timers.cancel(timer);
  timers.cancel(timer);
  timers.cancel(no_timer);
  CHECK_FALSE(timers.take_due(start, timers.first_new()));
  CHECK_FALSE(timers.next_deadline());
}

TEST_CASE("a timer that was added after the limit waits for the next round") {
  TimerQueue timers;
  const TimerId first_new = timers.first_new();
  timers.add(start, [] {});
  CHECK_FALSE(timers.take_due(start, first_new));
  CHECK(timers.take_due(start, timers.first_new()));
}

}  // namespace malinka::net

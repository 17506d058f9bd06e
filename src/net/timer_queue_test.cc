// SPDX-License-Identifier: MIT
#include "net/timer_queue.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

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
  const TimerQueue::Order first_new = timers.first_new();
  timers.add(start, [] {});
  CHECK_FALSE(timers.take_due(start, first_new));
  CHECK(timers.take_due(start, timers.first_new()));
}

TEST_CASE("a timer that is gone is not taken for the one that has its place now") {
  TimerQueue timers;
  bool has_rung = false;
  const TimerId gone = timers.add(start, [] {});
  timers.cancel(gone);
  timers.add(start, [&] { has_rung = true; });
  timers.cancel(gone);
  run_due(timers, start);
  CHECK(has_rung);
}

TEST_CASE(
    "thousands of timers, added and cancelled in any order, come in that of their deadlines") {
  TimerQueue timers;
  std::mt19937 random(7);
  std::multimap<Steady, int> expected;
  std::vector<std::pair<TimerId, std::multimap<Steady, int>::iterator>> pending;
  std::vector<int> came;
  for (int i = 0; i < 5000; ++i) {
    const Steady deadline = start + seconds(random() % 100);
    pending.emplace_back(timers.add(deadline, [&came, i] { came.push_back(i); }),
                         expected.emplace(deadline, i));
    if (random() % 3 != 0) continue;
    std::swap(pending[random() % pending.size()], pending.back());
    timers.cancel(pending.back().first);
    expected.erase(pending.back().second);
    pending.pop_back();
  }
  run_due(timers, start + seconds(100));
  std::vector<int> in_order;
  for (const auto& [deadline, number] : expected) in_order.push_back(number);
  CHECK(came == in_order);
}

}  // namespace malinka::net

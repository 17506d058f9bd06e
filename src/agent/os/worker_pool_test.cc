// SPDX-License-Identifier: MIT
#include "agent/os/worker_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>

namespace malinka::agent::os {
namespace {

using namespace std::chrono_literals;

struct Bench {
  /// Turns the loop until `condition` holds; a test that hangs is ended from outside.
  template <typename Condition>
  void turn_until(Condition condition) {
    while (!condition()) loop->run_turn(100ms);
  }

  std::unique_ptr<net::Loop> loop = *net::Loop::create();
};

/// A job that waits until it is let go.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> future = opened.get_future().share();
};

}  // namespace

TEST_CASE("work is done on another thread and its value comes back to the loop's") {
  Bench bench;
  WorkerPool pool(*bench.loop);
  std::thread::id worker, home;
  int value = 0;
  pool.submit<int>(
      [&] {
        worker = std::this_thread::get_id();
        return 7;
      },
      [&](int result) {
        home = std::this_thread::get_id();
        value = result;
      });
  bench.turn_until([&] { return value != 0; });
  CHECK(value == 7);
  CHECK(worker != std::this_thread::get_id());
  CHECK(home == std::this_thread::get_id());
}

TEST_CASE("every job that was taken is done, once") {
  Bench bench;
  WorkerPool pool(*bench.loop, {.threads = 3, .queue_max = 1000});
  std::vector<int> seen;
  for (int i = 0; i < 1000; ++i)
    pool.submit<int>([i] { return i; }, [&](int result) { seen.push_back(result); });
  bench.turn_until([&] { return seen.size() == 1000; });
  std::ranges::sort(seen);
  for (int i = 0; i < 1000; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("a full queue has no room until a job was taken from it") {
  Bench bench;
  Gate gate;
  WorkerPool pool(*bench.loop, {.threads = 1, .queue_max = 1});
  std::promise<void> begun;
  int done = 0;
  pool.submit<int>(
      [&] {
        begun.set_value();
        gate.future.wait();
        return 0;
      },
      [&](int) { ++done; });
  begun.get_future().wait();
  CHECK(pool.has_room());
  pool.submit<int>([] { return 0; }, [&](int) { ++done; });
  CHECK_FALSE(pool.has_room());
  gate.opened.set_value();
  bench.turn_until([&] { return done == 2; });
  CHECK(pool.has_room());
}

TEST_CASE("once it was stopped, a pool has no room and calls nobody") {
  Bench bench;
  int done = 0;
  WorkerPool pool(*bench.loop, {.threads = 1, .queue_max = 10});
  for (int i = 0; i < 10; ++i) pool.submit<int>([] { return 0; }, [&](int) { ++done; });
  pool.stop();
  CHECK_FALSE(pool.has_room());
  bench.loop->run_turn(0ms);
  bench.loop->run_turn(0ms);
  CHECK(done == 0);
}

TEST_CASE("what a dropped job holds is destroyed by the thread that stops the pool") {
  struct Witness {
    explicit Witness(std::thread::id& destroyed_by) : thread(destroyed_by) {}
    ~Witness() { thread = std::this_thread::get_id(); }
    std::thread::id& thread;
  };
  Bench bench;
  Gate gate;
  std::thread::id destroyed_by;
  WorkerPool pool(*bench.loop, {.threads = 1, .queue_max = 2});
  pool.submit<int>(
      [&] {
        gate.future.wait();
        return 0;
      },
      [witness = std::make_unique<Witness>(destroyed_by)](int) {});
  gate.opened.set_value();
  pool.stop();
  CHECK(destroyed_by == std::this_thread::get_id());
}

TEST_CASE("a callback may stop the pool, and is the last") {
  Bench bench;
  int done = 0;
  WorkerPool pool(*bench.loop, {.threads = 2, .queue_max = 10});
  for (int i = 0; i < 10; ++i)
    pool.submit<int>([] { return 0; },
                     [&](int) {
                       ++done;
                       pool.stop();
                     });
  bench.turn_until([&] { return done > 0; });
  bench.loop->run_turn(0ms);
  CHECK(done == 1);
}

}  // namespace malinka::agent::os

// SPDX-License-Identifier: MIT
// Threads for what may block (a disk, a device), so that the loop never does. Results come back to
// the loop.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/mailbox.h"
#include "net/loop.h"

namespace malinka::agent::os {

struct WorkerPoolSettings {
  std::size_t threads = 4;
  std::size_t queue_max = 64;  ///< Jobs that wait for a thread.
};

/// **Loop-bound.** After stop() no job begins, and no `done` is called.
class WorkerPool {
 public:
  explicit WorkerPool(net::Loop& loop, WorkerPoolSettings settings = {});
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False while the queue is full, and once it was stopped.
  [[nodiscard]] bool has_room() const;

  /// Carries out `work` on a thread, then gives its value to `done` on the loop's. Who takes on
  /// work that others ask for looks at has_room() first; who has one job at a time, and a bound on
  /// how many they are, need not.
  template <typename T>
  void submit(std::move_only_function<T()> work, std::move_only_function<void(T)> done) {
    const auto value = std::make_shared<std::optional<T>>();
    enqueue({[value, work = std::move(work)]() mutable { value->emplace(work()); },
             [value, done = std::move(done)]() mutable { done(*std::move(*value)); }});
  }

  /// Waits for the jobs that run; those that wait are dropped. The second time it does nothing.
  void stop();

 private:
  struct Job {
    base::Task work;  ///< Begins, ends and dies on a worker.
    base::Task done;  ///< Called, or dropped uncalled, on the loop's thread.
  };

  void enqueue(Job job);
  void work();
  [[nodiscard]] std::optional<Job> take();
  void call_done();

  net::Loop& loop_;  // Outlives the pool.
  const WorkerPoolSettings settings_;
  mutable std::mutex mutex_;  // Guards the next three.
  std::condition_variable has_news_;
  std::deque<Job> jobs_;
  bool is_stopped_ = false;
  base::Mailbox finished_;
  std::shared_ptr<WorkerPool*>
      self_;  // Emptied by stop(): what was posted to the loop then finds nobody.
  std::vector<std::jthread> threads_;
};

}  // namespace malinka::agent::os

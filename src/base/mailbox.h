// SPDX-License-Identifier: MIT
// How threads talk: tasks posted by any, carried out by one.

#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace malinka::base {

using Task = std::move_only_function<void()>;

/// A list of tasks from many threads to one. **Thread-safe**; take_all() by the owner only. It
/// grows by what our own threads post, never by what a peer sends without a limit of its own.
class Mailbox {
 public:
  /// True when the mailbox was empty: the owner must be woken.
  [[nodiscard]] bool post(Task task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    return tasks_.size() == 1;
  }

  [[nodiscard]] std::vector<Task> take_all() {
    const std::lock_guard lock(mutex_);
    return std::exchange(tasks_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Task> tasks_;
};

}  // namespace malinka::base

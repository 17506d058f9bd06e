// SPDX-License-Identifier: MIT
#include "net/timer_queue.h"

namespace malinka::net {

TimerId TimerQueue::add(Steady deadline, Task task) {
  const TimerId timer = next_id_++;
  tasks_.emplace(std::pair(deadline, timer), std::move(task));
  deadlines_.emplace(timer, deadline);
  return timer;
}

void TimerQueue::cancel(TimerId timer) noexcept {
  const auto found = deadlines_.find(timer);
  if (found == deadlines_.end()) return;
  tasks_.erase(std::pair(found->second, timer));
  deadlines_.erase(found);
}

std::optional<Task> TimerQueue::take_due(Steady now, TimerId first_new) {
  if (tasks_.empty()) return std::nullopt;
  const auto first = tasks_.begin();
  const auto [deadline, timer] = first->first;
  if (deadline > now || timer >= first_new) return std::nullopt;
  Task task = std::move(first->second);
  tasks_.erase(first);
  deadlines_.erase(timer);
  return task;
}

std::optional<Steady> TimerQueue::next_deadline() const {
  if (tasks_.empty()) return std::nullopt;
  return tasks_.begin()->first.first;
}

}  // namespace malinka::net

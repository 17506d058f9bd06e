// SPDX-License-Identifier: MIT
#include "net/timer_queue.h"

#include <utility>

namespace malinka::net {
namespace {

// The place stands above the end of the order, and counts from one: no timer has the id zero.
constexpr unsigned place_shift = 32;

}  // namespace

TimerId TimerQueue::add(Steady deadline, Task task) {
  const Place place = take_place();
  const Order order = next_order_++;
  timers_[place] = {std::move(task), deadline, order, 0};
  heap_.push_back(place);
  move_up(heap_.size() - 1);
  return (TimerId{place} + 1) << place_shift | static_cast<std::uint32_t>(order);
}

void TimerQueue::cancel(TimerId timer) noexcept {
  const TimerId number = timer >> place_shift;
  if (number == 0 || number > timers_.size()) return;
  const auto place = static_cast<Place>(number - 1);
  const Order order = timers_[place].order;
  const bool is_same =
      order != 0 && static_cast<std::uint32_t>(order) == static_cast<std::uint32_t>(timer);
  if (is_same) (void)take_out(place);
}

std::optional<Task> TimerQueue::take_due(Steady now, Order first_new) {
  if (heap_.empty()) return std::nullopt;
  const Timer& first = timers_[heap_.front()];
  if (first.deadline > now || first.order >= first_new) return std::nullopt;
  return take_out(heap_.front());
}

std::optional<Steady> TimerQueue::next_deadline() const {
  if (heap_.empty()) return std::nullopt;
  return timers_[heap_.front()].deadline;
}

TimerQueue::Place TimerQueue::take_place() {
  if (first_free_ != no_place) return std::exchange(first_free_, timers_[first_free_].rank);
  timers_.emplace_back();
  return static_cast<Place>(timers_.size() - 1);
}

/// Its place in the heap goes to the last, which then moves to where it belongs.
Task TimerQueue::take_out(Place place) {
  const std::size_t rank = timers_[place].rank;
  const Place last = heap_.back();
  heap_.pop_back();
  if (last != place) {
    put(rank, last);
    move_up(rank);
    move_down(timers_[last].rank);
  }
  timers_[place].order = 0;
  timers_[place].rank = std::exchange(first_free_, place);
  return std::exchange(timers_[place].task, nullptr);
}

bool TimerQueue::is_before(Place one, Place other) const {
  const Timer& left = timers_[one];
  const Timer& right = timers_[other];
  return std::pair(left.deadline, left.order) < std::pair(right.deadline, right.order);
}

void TimerQueue::move_up(std::size_t rank) {
  const Place place = heap_[rank];
  while (rank > 0) {
    const std::size_t above = (rank - 1) / 2;
    if (!is_before(place, heap_[above])) break;
    put(rank, heap_[above]);
    rank = above;
  }
  put(rank, place);
}

void TimerQueue::move_down(std::size_t rank) {
  const Place place = heap_[rank];
  while (true) {
    std::size_t below = 2 * rank + 1;
    if (below >= heap_.size()) break;
    if (below + 1 < heap_.size() && is_before(heap_[below + 1], heap_[below])) ++below;
    if (!is_before(heap_[below], place)) break;
    put(rank, heap_[below]);
    rank = below;
  }
  put(rank, place);
}

void TimerQueue::put(std::size_t rank, Place place) {
  heap_[rank] = place;
  timers_[place].rank = static_cast<std::uint32_t>(rank);
}

}  // namespace malinka::net

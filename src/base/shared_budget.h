// SPDX-License-Identifier: MIT
// Memory that many hold parts of, shared out so that no few of them can take all.

#pragma once

#include <atomic>
#include <cstddef>

#include "base/tally.h"

namespace malinka {

/// So many bytes for all. A holder may grow while it has no more than it leaves to the others, so
/// one alone gets half, and n greedy ones leave an n-th or so to whoever comes next ("dynamic
/// thresholds": Choudhury and Hahne, 1998).
///
/// Several threads share one limit by a budget each and one sum of them all. A budget tells the sum
/// only what has come to told_step_bytes since, so that threads seldom touch the same memory; by as
/// much for each other thread may a budget be mistaken. **Loop-bound** but for used_bytes();
/// outlives all holders.
class SharedBudget {
 public:
  using Sum = std::atomic<std::size_t>;
  static constexpr std::size_t told_step_bytes = 64UL * 1024;

  /// `sum` outlives it; null: this is the only one of its limit.
  explicit SharedBudget(std::size_t bytes_max, Sum* sum = nullptr)
      : bytes_max_(bytes_max), sum_(sum) {}
  ~SharedBudget() {
    if (sum_ != nullptr) sum_->fetch_sub(told_bytes_, std::memory_order_relaxed);
  }
  SharedBudget(const SharedBudget&) = delete;
  SharedBudget& operator=(const SharedBudget&) = delete;

  /// Whether one that holds `bytes` already, counted here, has no more than is left.
  [[nodiscard]] bool leaves_enough(std::size_t bytes) const { return bytes <= free_bytes(); }

  /// Counts `more` bytes for one that holds `held` so far; false, and nothing is counted, where it
  /// would have more than it left.
  [[nodiscard]] bool grow(std::size_t held, std::size_t more) {
    const std::size_t free = free_bytes();
    if (more > free || held + more > free - more) return false;
    take(more);
    return true;
  }

  /// Counts what is there in any case.
  void take(std::size_t bytes) {
    used_bytes_ += bytes;
    if (sum_ != nullptr && used_bytes_ >= told_bytes_ + told_step_bytes) tell();
  }
  void give_back(std::size_t bytes) {
    used_bytes_ -= bytes;
    if (sum_ != nullptr && used_bytes_ + told_step_bytes <= told_bytes_) tell();
  }

  /// What is used of this budget alone.
  [[nodiscard]] std::size_t used_bytes() const { return used_bytes_; }
  /// What all budgets of the limit leave.
  [[nodiscard]] std::size_t free_bytes() const {
    const std::size_t used = used_bytes_ + used_elsewhere();
    return used < bytes_max_ ? bytes_max_ - used : 0;
  }

 private:
  [[nodiscard]] std::size_t used_elsewhere() const {
    return sum_ == nullptr ? 0 : sum_->load(std::memory_order_relaxed) - told_bytes_;
  }
  /// Unsigned: less than before is told as well.
  void tell() {
    const std::size_t used = used_bytes_;
    sum_->fetch_add(used - told_bytes_, std::memory_order_relaxed);
    told_bytes_ = used;
  }

  std::size_t bytes_max_;
  Sum* sum_;
  Tally used_bytes_;
  std::size_t told_bytes_ = 0;
};

}  // namespace malinka

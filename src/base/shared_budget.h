// SPDX-License-Identifier: MIT
// Memory that many hold parts of, shared out so that no few of them can take all.

#pragma once

#include <cstddef>

namespace malinka {

/// So many bytes for all. A holder may grow while it has no more than it leaves to the others, so
/// one alone gets half, and n greedy ones leave an n-th or so to whoever comes next ("dynamic
/// thresholds": Choudhury and Hahne, 1998). **Loop-bound**; outlives all holders.
class SharedBudget {
 public:
  explicit SharedBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Whether one that holds `bytes` already, counted here, has no more than is left.
  [[nodiscard]] bool leaves_enough(std::size_t bytes) const { return bytes <= free_bytes(); }

  /// Counts `more` bytes for one that holds `held` so far; false, and nothing is counted, where it
  /// would have more than it left.
  [[nodiscard]] bool grow(std::size_t held, std::size_t more) {
    if (more > free_bytes() || held + more > free_bytes() - more) return false;
    used_bytes_ += more;
    return true;
  }

  /// Counts what is there in any case.
  void take(std::size_t bytes) { used_bytes_ += bytes; }
  void give_back(std::size_t bytes) { used_bytes_ -= bytes; }

  [[nodiscard]] std::size_t used_bytes() const { return used_bytes_; }
  [[nodiscard]] std::size_t free_bytes() const {
    return used_bytes_ < bytes_max_ ? bytes_max_ - used_bytes_ : 0;
  }

 private:
  std::size_t bytes_max_;
  std::size_t used_bytes_ = 0;
};

}  // namespace malinka

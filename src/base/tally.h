// SPDX-License-Identifier: MIT
// A number that one thread changes and every thread may read.

#pragma once

#include <atomic>
#include <cstdint>

namespace malinka {

/// Costs what a plain number costs: since only one thread writes it, nothing has to be locked. Who
/// reads elsewhere sees a value that it had a moment ago. **Thread-safe** for one writer.
class Tally {
 public:
  Tally() = default;
  Tally(std::uint64_t value) : value_(value) {}  // Implicit, as what follows: it is a number.
  Tally(const Tally& other) : value_(other.value()) {}
  Tally& operator=(const Tally& other) {
    value_.store(other.value(), std::memory_order_relaxed);
    return *this;
  }
  ~Tally() = default;

  operator std::uint64_t() const { return value(); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  Tally& operator++() { return *this += 1; }
  Tally& operator--() { return *this -= 1; }
  Tally& operator+=(std::uint64_t more) { return *this = value() + more; }
  Tally& operator-=(std::uint64_t less) { return *this = value() - less; }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

}  // namespace malinka

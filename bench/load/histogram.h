// SPDX-License-Identifier: MIT
// Durations counted in buckets at most a sixty-fourth of their value wide.

#pragma once

#include <cstdint>
#include <vector>

namespace malinka::bench {

/// **Value.**
class Histogram {
 public:
  Histogram() : counts_(64 * 59) {}

  void add(std::uint64_t value) {
    ++counts_[bucket_of(value)];
    ++total_;
  }
  /// The smallest bucket's lowest value that so many thousandths of all are not above; 0 for none.
  [[nodiscard]] std::uint64_t permille(unsigned share) const;
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  [[nodiscard]] static std::size_t bucket_of(std::uint64_t value);
  [[nodiscard]] static std::uint64_t lowest_of(std::size_t bucket);

  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace malinka::bench

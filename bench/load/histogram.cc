// SPDX-License-Identifier: MIT
#include "bench/load/histogram.h"

#include <bit>

namespace malinka::bench {
namespace {

constexpr unsigned step_bits = 6;
constexpr std::uint64_t steps = 1U << step_bits;

}  // namespace

// Values below 64 have a bucket each; above, each power of two is split into 64.
std::size_t Histogram::bucket_of(std::uint64_t value) {
  if (value < steps) return value;
  const auto octave = static_cast<unsigned>(std::bit_width(value)) - 1 - step_bits;
  return (octave + 1) * steps + ((value >> octave) - steps);
}

std::uint64_t Histogram::lowest_of(std::size_t bucket) {
  if (bucket < steps) return bucket;
  return (steps + bucket % steps) << (bucket / steps - 1);
}

std::uint64_t Histogram::permille(unsigned share) const {
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    below += counts_[bucket];
    if (below > 0 && below * 1000 >= total_ * share) return lowest_of(bucket);
  }
  return 0;
}

}  // namespace malinka::bench

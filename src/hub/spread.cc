// SPDX-License-Identifier: MIT
#include "hub/spread.h"

#include <algorithm>
#include <numeric>

namespace malinka::hub {

std::size_t Spread::next_place(const Channel& channel) const {
  const auto found = far_.find(&channel);
  std::vector<std::size_t> counts =
      found == far_.end() ? std::vector<std::size_t>(shard_count_) : found->second;
  const std::size_t far = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  counts[home_] = channel.members().size() - far;
  std::ranges::rotate(counts, counts.begin() + static_cast<std::ptrdiff_t>(home_));
  const auto fewest = std::ranges::min_element(counts);
  return (home_ + static_cast<std::size_t>(fewest - counts.begin())) % shard_count_;
}

void Spread::add(const Channel& channel, std::size_t shard) {
  auto& counts = far_[&channel];
  counts.resize(shard_count_);
  ++counts[shard];
}

void Spread::remove(const Channel& channel, std::size_t shard) {
  const auto found = far_.find(&channel);
  --found->second[shard];
  const auto is_zero = [](std::size_t count) { return count == 0; };
  if (std::ranges::all_of(found->second, is_zero)) far_.erase(found);
}

}  // namespace malinka::hub

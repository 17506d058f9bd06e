// SPDX-License-Identifier: MIT
// How the members of wide channels are spread over the shards: as evenly as newcomers allow.

#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "hub/channel/channel.h"

namespace malinka::hub {

/// **Loop-bound** to the shard that the channels live on. Knows a channel while members of it are
/// elsewhere.
class Spread {
 public:
  Spread(std::size_t shard_count, std::size_t home) : shard_count_(shard_count), home_(home) {}

  /// Where the fewest members are: at home, where nowhere are fewer.
  [[nodiscard]] std::size_t next_place(const Channel& channel) const;

  /// A member that is not at home came or went.
  void add(const Channel& channel, std::size_t shard);
  void remove(const Channel& channel, std::size_t shard);

 private:
  const std::size_t shard_count_;
  const std::size_t home_;
  std::unordered_map<const Channel*, std::vector<std::size_t>> far_;  // By shard.
};

}  // namespace malinka::hub

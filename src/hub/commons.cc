// SPDX-License-Identifier: MIT
#include "hub/commons.h"

#include <cstdint>
#include <cstring>

#include "base/assert.h"
#include "hub/shard.h"

namespace malinka::hub {

std::size_t Commons::add(Shard& shard) {
  ASSERT(shards_.size() < shard_count_);
  shards_.push_back(&shard);
  return shards_.size() - 1;
}

std::size_t Commons::home_of(std::string_view channel) const {
  if (shard_count_ == 1) return 0;
  const KeyHash hash = hasher_.hash(channel);
  std::uint64_t number = 0;
  std::memcpy(&number, hash.data(), sizeof number);
  return number % shard_count_;
}

Shard& Commons::next_in_turn() {
  turn_ = (turn_ + 1) % shard_count_;
  return *shards_[turn_];
}

/// Only the thread that accepts adds, so nothing comes between the question and the count.
bool Commons::open_connection(std::size_t connections_max) {
  if (connections() >= connections_max) return false;
  connections_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

Counters Commons::counters() const {
  Counters total;
  for (const Shard* const shard : shards_) total.add(shard->counters());
  return total;
}

Gauges Commons::gauges() const {
  Gauges gauges{.shards = shard_count_, .connections = connections(), .uses_io_uring = true};
  for (const Shard* const shard : shards_) {
    const Gauges part = shard->gauges();
    gauges.sessions += part.sessions;
    gauges.channels += part.channels;
    gauges.queued_bytes += part.queued_bytes;
    gauges.incoming_bytes += part.incoming_bytes;
    gauges.uses_io_uring &= part.uses_io_uring;
  }
  return gauges;
}

}  // namespace malinka::hub

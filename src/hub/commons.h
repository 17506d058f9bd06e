// SPDX-License-Identifier: MIT
// What the shards of one hub have in common: where each channel lives, and what bounds them all.

#pragma once

#include <atomic>
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/shared_budget.h"
#include "hub/channel/channel_key.h"
#include "hub/metrics/counters.h"

namespace malinka::hub {

class Shard;

/// **Thread-safe** once all shards are in; outlives them.
class Commons {
 public:
  explicit Commons(std::size_t shard_count) : shard_count_(shard_count) {}

  /// Before any shard runs. Gives its index.
  std::size_t add(Shard& shard);
  [[nodiscard]] std::size_t shard_count() const { return shard_count_; }

  /// Where a channel of that name lives: by a hash with a secret of this process, so that nobody
  /// can choose names that all live on one shard.
  [[nodiscard]] std::size_t home_of(std::string_view channel) const;
  [[nodiscard]] Shard& shard(std::size_t index) const { return *shards_[index]; }
  /// One after the other, for new connections. By the thread that accepts only.
  [[nodiscard]] Shard& next_in_turn();

  /// Counts one more connection; false, and nothing is counted, where there are `connections_max`.
  [[nodiscard]] bool open_connection(std::size_t connections_max);
  void close_connection() { connections_.fetch_sub(1, std::memory_order_relaxed); }
  /// Of the whole hub, those on their way from one shard to another included.
  [[nodiscard]] std::size_t connections() const {
    return connections_.load(std::memory_order_relaxed);
  }

  /// For the budgets of the shards; null where there is only one.
  [[nodiscard]] SharedBudget::Sum* queued_sum() { return sum_or_null(queued_sum_); }
  [[nodiscard]] SharedBudget::Sum* incoming_sum() { return sum_or_null(incoming_sum_); }

  /// Of all shards, added up.
  [[nodiscard]] Counters counters() const;
  [[nodiscard]] Gauges gauges() const;

 private:
  [[nodiscard]] SharedBudget::Sum* sum_or_null(SharedBudget::Sum& sum) const {
    return shard_count_ > 1 ? &sum : nullptr;
  }

  const std::size_t shard_count_;
  KeyHasher hasher_;
  std::vector<Shard*> shards_;  // Borrowed from who made them. Fixed before any runs.
  std::size_t turn_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  SharedBudget::Sum queued_sum_ = 0;
  SharedBudget::Sum incoming_sum_ = 0;
};

}  // namespace malinka::hub

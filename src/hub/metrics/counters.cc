// SPDX-License-Identifier: MIT
#include "hub/metrics/counters.h"

namespace malinka::hub {

std::uint64_t CodeCounts::total() const {
  std::uint64_t total = 0;
  for (const Tally& count : counts_) total += count;
  return total;
}

void CodeCounts::add(const CodeCounts& other) {
  for (std::size_t code = 0; code < counts_.size(); ++code)
    counts_.at(code) += other.counts_.at(code);
}

void Counters::add(const Counters& other) {
  connections_accepted += other.connections_accepted;
  connections_turned_away += other.connections_turned_away;
  http_requests += other.http_requests;
  joins_accepted += other.joins_accepted;
  joins_moved += other.joins_moved;
  joins_refused.add(other.joins_refused);
  messages_received += other.messages_received;
  message_bytes_received += other.message_bytes_received;
  messages_refused.add(other.messages_refused);
  messages_converted += other.messages_converted;
  copies_sent += other.copies_sent;
  copy_bytes_sent += other.copy_bytes_sent;
  copies_failed.add(other.copies_failed);
  broadcasts_dropped += other.broadcasts_dropped;
  reports_dropped += other.reports_dropped;
}

}  // namespace malinka::hub

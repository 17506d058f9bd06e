// SPDX-License-Identifier: MIT
// Keeps the Broadcasts of one channel until the turn ends or anything else is to be said, and gives
// them to whoever keeps up as one: the work for each recipient is then that of one message.

#pragma once

#include "hub/channel/burst.h"
#include "hub/channel/channel.h"
#include "hub/metrics/counters.h"
#include "hub/routing/outgoing_message.h"

namespace malinka::hub {

/// **Loop-bound.** The references outlive it. Whoever queues anything for a member, or changes who
/// is one, calls deliver() before: that keeps the order.
class BurstCollector {
 public:
  BurstCollector(QueueMemory& memory, Counters& counters) : memory_(memory), counters_(counters) {}

  /// Adds a text for all in `channel` but its sender. What waits for another channel, or is enough,
  /// is delivered first.
  void add(const Channel& channel, OutgoingMessage& message);
  /// Sends what waits: as one to whoever keeps up and sent none of it; the others have each message
  /// queued by itself.
  void deliver();

 private:
  QueueMemory& memory_;
  Counters& counters_;
  const Channel* channel_ = nullptr;  // The registry's, while something waits.
  Burst burst_;
};

}  // namespace malinka::hub

// SPDX-License-Identifier: MIT
// How the hub itself speaks to members, as @hub: always in text.

#pragma once

#include <string>
#include <string_view>

#include "hub/channel/channel.h"
#include "hub/channel/member.h"
#include "hub/metrics/counters.h"
#include "hub/routing/burst_collector.h"
#include "protocol/hub_message.h"

namespace malinka::hub {

/// **Loop-bound.** The references outlive it. What it says goes behind the Broadcasts that were
/// collected until then.
class HubVoice {
 public:
  HubVoice(QueueMemory& memory, Counters& counters, BurstCollector& burst)
      : memory_(memory), counters_(counters), burst_(burst) {}

  /// A Response that answers `member` itself.
  void answer(Member& member, std::string_view message);
  /// A message that was not carried out at all: no recipient is to blame.
  void refuse(Member& sender, std::string_view message_id, ResponseCode code,
              std::string_view error);
  /// A copy that `recipient` did not get. Broadcasts are counted, and nobody is told.
  void report(Member& sender, const ParcelLabel& label, std::string_view recipient,
              ResponseCode code);
  /// The same for a sender that may have left since; then there is nobody to tell.
  void report(const Channel& channel, const ParcelLabel& label, std::string_view recipient,
              ResponseCode code);
  /// The same where there is no channel any more, and so no sender.
  void count_undelivered(const ParcelLabel& label, ResponseCode code);
  /// A Broadcast to everyone in the channel but `except`, who may be nobody.
  void announce(const Channel& channel, const Member* except, std::string_view message);

 private:
  [[nodiscard]] ParcelRef make(MessageType type, std::string_view message);

  QueueMemory& memory_;
  Counters& counters_;
  BurstCollector& burst_;
};

}  // namespace malinka::hub

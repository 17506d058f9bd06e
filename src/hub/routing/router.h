// SPDX-License-Identifier: MIT
// What a message means: whom it goes to, and what its sender is told of those that it did not
// reach. docs/protocol.md sections 3 to 5.

#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/clock.h"
#include "hub/channel/channel.h"
#include "hub/metrics/counters.h"
#include "hub/routing/burst_collector.h"
#include "hub/routing/hub_commands.h"
#include "hub/routing/hub_voice.h"
#include "hub/routing/outgoing_message.h"
#include "hub/routing/presence.h"
#include "protocol/hub_message.h"
#include "wire/decoded_message.h"

namespace malinka::hub {

enum class MessageForm { text, binary };

/// **Loop-bound.** The references outlive it.
class Router {
 public:
  Router(const Clock& clock, QueueMemory& memory, Counters& counters);

  /// One message of `sender`, a member of `channel`. Nothing of it leaves the channel. A Broadcast
  /// may wait for deliver_burst().
  void route(Channel& channel, Member& sender, MessageForm form, ByteView payload);
  /// Delivers the Broadcasts that wait: at the turn's end, and before a member enters or leaves or
  /// is closed.
  void deliver_burst() { burst_.deliver(); }
  /// A message of so many bytes that the hub did not keep.
  void refuse_passed_over(Member& sender, wire::PassedOver why, std::uint64_t bytes);
  /// A copy that was queued for `recipient` and will not be sent after all.
  void report_undelivered(const Channel& channel, const Parcel& parcel, const Member& recipient,
                          ResponseCode code);

  /// The same of a copy that waited on another shard. Null: the channel is gone meanwhile.
  void report_undelivered(const Channel* channel, const ParcelLabel& label,
                          std::string_view recipient, ResponseCode code);

  [[nodiscard]] Presence& presence() { return presence_; }

 private:
  /// A message taken apart, for the time of its routing.
  struct Incoming {
    protocol::Envelope envelope;
    std::optional<ByteView> blob;
  };
  [[nodiscard]] static Result<Incoming> read(const Member& sender, MessageForm form,
                                             ByteView payload);

  [[nodiscard]] static bool may_wait(const Incoming& incoming, ByteView payload);

  void refuse_malformed(Member& sender, MessageForm form, ByteView payload, const Error& error);
  void send_to_all(const Channel& channel, Member& sender, OutgoingMessage& message);
  void send_to_named(const Channel& channel, Member& sender, const protocol::Envelope& envelope,
                     OutgoingMessage& message);
  [[nodiscard]] ResponseCode send_to_one(const Channel& channel, std::string_view recipient,
                                         OutgoingMessage& message);
  [[nodiscard]] bool is_expired(const ParcelLabel& label) const;

  const Clock& clock_;
  QueueMemory& memory_;
  Counters& counters_;
  BurstCollector burst_;
  HubVoice voice_;
  Presence presence_;
  HubCommands commands_;
};

}  // namespace malinka::hub

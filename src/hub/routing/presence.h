// SPDX-License-Identifier: MIT
// Who came and who left, told to the others of a channel; and of a crowd, how many it is.
// docs/protocol.md section 4.

#pragma once

#include <cstddef>
#include <map>

#include "hub/channel/channel.h"
#include "hub/routing/hub_voice.h"
#include "protocol/hub_message.h"

namespace malinka::hub {

/// A channel is a crowd from more than limits::presence_subscribers_max members on, until
/// limits::presence_subscribers_again are left. **Loop-bound.** The voice outlives it.
class Presence {
 public:
  explicit Presence(HubVoice& voice) : voice_(voice) {}

  /// `member` is in the channel.
  void joined(const Channel& channel, const Member& member);
  /// `member` is still in the channel.
  void left(const Channel& channel, const Member& member, protocol::LeaveReason reason);

  /// Whether the members are told of no other by name; with one that joins now, before joined().
  [[nodiscard]] bool is_crowd(const Channel& channel) const;

  /// Tells each crowd how many it is where that has changed, and the whole list to one that is none
  /// any more. To be called every limits::presence_seconds while there are any.
  void tell_crowds();
  [[nodiscard]] bool has_crowds() const { return !crowds_.empty(); }

 private:
  void tell_count(const Channel& channel, std::size_t& told_count);

  HubVoice& voice_;
  std::map<const Channel*, std::size_t> crowds_;  // With the count that was told last.
};

}  // namespace malinka::hub

// SPDX-License-Identifier: MIT
// The Commands that the hub itself answers: hub.ping and hub.list. docs/protocol.md section 4.

#pragma once

#include "base/clock.h"
#include "hub/channel/channel.h"
#include "hub/routing/hub_voice.h"
#include "protocol/envelope.h"

namespace malinka::hub {

/// **Loop-bound.** The references outlive it.
class HubCommands {
 public:
  HubCommands(const Clock& clock, HubVoice& voice) : clock_(clock), voice_(voice) {}

  /// Answers a Command that names @hub, exactly once.
  void answer(const Channel& channel, Member& sender, const protocol::Envelope& command);

 private:
  void list(const Channel& channel, Member& sender, const protocol::Envelope& command);

  const Clock& clock_;
  HubVoice& voice_;
};

}  // namespace malinka::hub

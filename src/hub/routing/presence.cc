// SPDX-License-Identifier: MIT
#include "hub/routing/presence.h"

#include "base/limits.h"
#include "hub/routing/subscriber_list.h"

namespace malinka::hub {
bool Presence::is_crowd(const Channel& channel) const {
  return crowds_.contains(&channel) || channel.members().size() > limits::presence_subscribers_max;
}

void Presence::joined(const Channel& channel, const Member& member) {
  if (crowds_.contains(&channel)) return;
  if (is_crowd(channel)) return tell_count(channel, crowds_[&channel]);
  voice_.announce(channel, &member,
                  protocol::make_joined(member.name(), member.profile().is_device));
}

void Presence::left(const Channel& channel, const Member& member, protocol::LeaveReason reason) {
  if (const auto crowd = crowds_.find(&channel); crowd != crowds_.end()) {
    const bool is_last = channel.members().size() == 1;
    if (is_last) crowds_.erase(crowd);
    return;
  }
  voice_.announce(channel, &member, protocol::make_left(member.name(), reason));
}

void Presence::tell_crowds() {
  for (auto crowd = crowds_.begin(); crowd != crowds_.end();) {
    auto& [channel, told_count] = *crowd;
    const std::size_t count = channel->members().size();
    if (count <= limits::presence_subscribers_again) {
      voice_.announce(*channel, nullptr, protocol::make_presence(list_of(channel->members())));
      crowd = crowds_.erase(crowd);
      continue;
    }
    if (count != told_count) tell_count(*channel, told_count);
    ++crowd;
  }
}

void Presence::tell_count(const Channel& channel, std::size_t& told_count) {
  told_count = channel.members().size();
  voice_.announce(channel, nullptr, protocol::make_presence(told_count));
}

}  // namespace malinka::hub

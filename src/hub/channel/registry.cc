// SPDX-License-Identifier: MIT
#include "hub/channel/registry.h"

#include "base/assert.h"

namespace malinka::hub {

Channel* Registry::find(std::string_view name) const {
  const auto found = channels_.find(name);
  return found == channels_.end() ? nullptr : found->second.get();
}

Channel& Registry::enter(std::string_view name, std::string_view key, Member& member) {
  Channel* channel = find(name);
  if (channel == nullptr) {
    auto made = std::make_unique<Channel>(std::string(name), ChannelKey(hasher_, key));
    channel = made.get();
    channels_.emplace(channel->name(), std::move(made));
    ++channel_count_;
  }
  ASSERT(is_opened_by(*channel, key));
  channel->add(member);
  return *channel;
}

void Registry::leave(Channel& channel, Member& member) {
  channel.remove(member);
  if (!channel.members().empty()) return;
  const auto place = channels_.find(channel.name());
  ASSERT(place != channels_.end());
  channels_.erase(place);
  --channel_count_;
}

bool Registry::is_opened_by(const Channel& channel, std::string_view key) const {
  return channel.key().is_same_as(ChannelKey(hasher_, key));
}

}  // namespace malinka::hub

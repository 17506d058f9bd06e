// SPDX-License-Identifier: MIT
// All channels that live on one shard. A channel begins with its first member and leaves nothing
// behind with its last.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/tally.h"
#include "hub/channel/channel.h"

namespace malinka::hub {

/// **Loop-bound** but for channel_count(). A reference to a channel is good while it has a member.
class Registry {
 public:
  /// Null where nobody is in it.
  [[nodiscard]] Channel* find(std::string_view name) const;

  /// Puts `member` in. The first member's key is the channel's; later ones must have been found to
  /// fit.
  Channel& enter(std::string_view name, std::string_view key, Member& member);
  /// Takes `member` out; the channel is gone with its last.
  void leave(Channel& channel, Member& member);

  /// Whether `key` opens `channel`: the same one, or none where there is none.
  [[nodiscard]] bool is_opened_by(const Channel& channel, std::string_view key) const;

  /// Any thread may ask.
  [[nodiscard]] std::size_t channel_count() const { return channel_count_; }

 private:
  KeyHasher hasher_;
  // Ordered, not hashed: strangers choose these names. The views lie in the channels.
  std::map<std::string_view, std::unique_ptr<Channel>> channels_;
  Tally channel_count_;  // As many as there are in channels_.
};

}  // namespace malinka::hub

// SPDX-License-Identifier: MIT
// One channel: who is in it, in the order of joining, and the key that guards it. docs/protocol.md
// section 1.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/channel/channel_key.h"
#include "hub/channel/member.h"

namespace malinka::hub {

/// **Loop-bound.** Members are borrowed: each leaves before it dies.
class Channel {
 public:
  Channel(std::string name, const ChannelKey& key) : name_(std::move(name)), key_(key) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Nobody of that name may be in it.
  void add(Member& member);
  void remove(Member& member);

  [[nodiscard]] Member* find(std::string_view name) const;
  /// The member only if it is still the very same one, not a later one of that name.
  [[nodiscard]] Member* find(std::string_view name, MemberId id) const;
  [[nodiscard]] std::span<Member* const> members() const { return members_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ChannelKey& key() const { return key_; }

 private:
  /// Where a member of that name stands in by_name_, or would.
  [[nodiscard]] std::vector<Member*>::const_iterator place_of(std::string_view name) const;

  std::string name_;
  ChannelKey key_;
  std::vector<Member*> members_;
  // Ordered, not hashed: strangers choose these names. And no tree: most channels are small, and to
  // move the pointers of a large one costs less than what else a join takes.
  std::vector<Member*> by_name_;
};

}  // namespace malinka::hub

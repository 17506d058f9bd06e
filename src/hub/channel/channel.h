// SPDX-License-Identifier: MIT
// One channel: who is in it, in the order of joining, and the key that guards it. docs/protocol.md
// section 1.

#pragma once

#include <set>
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
  struct NameOrder {
    using is_transparent = void;
    static std::string_view name_of(const Member* member) { return member->name(); }
    static std::string_view name_of(std::string_view name) { return name; }
    bool operator()(const auto& one, const auto& other) const {
      return name_of(one) < name_of(other);
    }
  };

  std::string name_;
  ChannelKey key_;
  std::vector<Member*> members_;
  std::set<Member*, NameOrder> by_name_;  // Ordered, not hashed: strangers choose these names.
};

}  // namespace malinka::hub

// SPDX-License-Identifier: MIT
#include "hub/channel/channel.h"

#include <algorithm>

#include "base/assert.h"

namespace malinka::hub {

void Channel::add(Member& member) {
  const auto place = place_of(member.name());
  ASSERT(place == by_name_.end() || (*place)->name() != member.name());
  by_name_.insert(place, &member);
  members_.push_back(&member);
}

void Channel::remove(Member& member) {
  const auto place = std::ranges::find(members_, &member);
  ASSERT(place != members_.end());
  by_name_.erase(place_of(member.name()));
  members_.erase(place);
}

Member* Channel::find(std::string_view name) const {
  const auto place = place_of(name);
  return place != by_name_.end() && (*place)->name() == name ? *place : nullptr;
}

std::vector<Member*>::const_iterator Channel::place_of(std::string_view name) const {
  return std::ranges::lower_bound(
      by_name_, name, {}, [](const Member* member) { return std::string_view(member->name()); });
}

Member* Channel::find(std::string_view name, MemberId id) const {
  Member* const member = find(name);
  return member != nullptr && member->id() == id ? member : nullptr;
}

}  // namespace malinka::hub

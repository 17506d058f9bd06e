// SPDX-License-Identifier: MIT
#include "hub/channel/channel.h"

#include <algorithm>

#include "base/assert.h"

namespace malinka::hub {

void Channel::add(Member& member) {
  const bool is_new = by_name_.insert(&member).second;
  ASSERT(is_new);
  members_.push_back(&member);
}

void Channel::remove(Member& member) {
  const auto place = std::ranges::find(members_, &member);
  ASSERT(place != members_.end());
  by_name_.erase(&member);
  members_.erase(place);
}

Member* Channel::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : *found;
}

Member* Channel::find(std::string_view name, MemberId id) const {
  Member* const member = find(name);
  return member != nullptr && member->id() == id ? member : nullptr;
}

}  // namespace malinka::hub

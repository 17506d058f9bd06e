// SPDX-License-Identifier: MIT
// Members by name, as the hub tells of them.

#pragma once

#include <span>

#include "hub/channel/member.h"
#include "protocol/hub_message.h"

namespace malinka::hub {

/// The names lie in the members.
[[nodiscard]] inline protocol::SubscriberList list_of(std::span<Member* const> members) {
  protocol::SubscriberList list;
  for (const Member* const member : members) {
    list.subscribers.emplace_back(member->name());
    if (member->profile().is_device) list.devices.emplace_back(member->name());
  }
  return list;
}

}  // namespace malinka::hub

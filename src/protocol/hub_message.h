// SPDX-License-Identifier: MIT
// What the hub says of its own accord: reports of what was not delivered, presence, and answers to
// hub.*. Text messages from @hub. docs/protocol.md section 4.

#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/response_code.h"

namespace malinka::protocol {

/// A Response from @hub to `recipient`.
struct HubReport {
  std::string_view request_id;  ///< The JSON token, or empty for null.
  std::string_view recipient;   ///< Who asked.
  std::string_view about;       ///< value.recipient: who was not reached; empty leaves value out.
  ResponseCode code = ResponseCode::done;
  std::string_view error;
};
[[nodiscard]] std::string make_report(const HubReport& report);

/// The 202 that answers a Command to all: to whom it went.
[[nodiscard]] std::string make_accepted(std::string_view request_id, std::string_view recipient,
                                        std::span<const std::string_view> went_to);

[[nodiscard]] std::string make_joined(std::string_view subscriber, bool is_device);

enum class LeaveReason { left, lost, replaced, shutdown };
[[nodiscard]] std::string_view name_of(LeaveReason reason);
[[nodiscard]] std::string make_left(std::string_view subscriber, LeaveReason reason);

/// What was dropped for one recipient, by sender.
struct DropCount {
  std::size_t broadcasts = 0;
  std::size_t responses = 0;
};
[[nodiscard]] std::string make_dropped(const std::map<std::string, DropCount, std::less<>>& from);

[[nodiscard]] std::string make_ping_answer(std::string_view request_id, std::string_view recipient,
                                           Wall time);

/// How many there are in a channel of whom the hub does not tell each.
[[nodiscard]] std::string make_presence(std::size_t subscriber_count);

/// Everyone who is there; the hub tells of each again from now on.
struct SubscriberList {
  std::vector<std::string_view> subscribers;
  std::vector<std::string_view> devices;  ///< Those of them that said they are one.
};
[[nodiscard]] std::string make_presence(const SubscriberList& list);

/// One page of hub.list.
struct SubscriberPage {
  SubscriberList listed;
  std::size_t subscriber_count = 0;  ///< Of the whole channel.
  std::size_t offset = 0;
};
[[nodiscard]] std::string make_list_answer(std::string_view request_id, std::string_view recipient,
                                           const SubscriberPage& page);

}  // namespace malinka::protocol

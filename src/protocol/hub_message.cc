// SPDX-License-Identifier: MIT
#include "protocol/hub_message.h"

#include <array>

#include "base/limits.h"
#include "protocol/json_object.h"
#include "protocol/names.h"
#include "protocol/timestamp.h"

namespace malinka::protocol {
namespace {

JsonObject begin_broadcast(std::string_view name) {
  JsonObject message;
  message.text("messageType", "Broadcast").text("name", name).text("originator", hub_name);
  return message;
}

/// `name` may be empty: the report of a failed delivery is about the id alone.
JsonObject begin_response(std::string_view name, std::string_view recipient) {
  JsonObject message;
  message.text("messageType", "Response");
  if (!name.empty()) message.text("name", name);
  message.text("originator", hub_name).texts("recipients", std::array{recipient});
  return message;
}

std::string make_status(std::string_view request_id, ResponseCode code, std::string_view error) {
  JsonObject status;
  status.json("requestId", request_id.empty() ? "null" : request_id)
      .flag("success", static_cast<int>(code) < 300)
      .number("responseCode", static_cast<std::uint64_t>(code));
  if (!error.empty()) status.text("error", error);
  return status.str();
}

std::string make_success(std::string_view request_id, ResponseCode code) {
  return make_status(request_id, code, {});
}

std::string make_count(const DropCount& count) {
  return JsonObject()
      .number("broadcasts", count.broadcasts)
      .number("responses", count.responses)
      .str();
}

JsonObject begin_list(const SubscriberList& list) {
  JsonObject value;
  value.texts("subscribers", list.subscribers).texts("devices", list.devices);
  return value;
}

}  // namespace

std::string make_report(const HubReport& report) {
  JsonObject message = begin_response({}, report.recipient);
  message.json("response", make_status(report.request_id, report.code, report.error));
  if (!report.about.empty())
    message.json("value", JsonObject().text("recipient", report.about).str());
  return message.str();
}

std::string make_accepted(std::string_view request_id, std::string_view recipient,
                          std::span<const std::string_view> went_to) {
  return begin_response({}, recipient)
      .json("response", make_success(request_id, ResponseCode::accepted))
      .json("value", JsonObject().texts("recipients", went_to).str())
      .str();
}

std::string make_joined(std::string_view subscriber, bool is_device) {
  const std::string value =
      JsonObject().text("subscriber", subscriber).flag("device", is_device).str();
  return begin_broadcast("hub.joined").json("value", value).str();
}

std::string_view name_of(LeaveReason reason) {
  switch (reason) {
    case LeaveReason::left: return "left";
    case LeaveReason::lost: return "lost";
    case LeaveReason::replaced: return "replaced";
    case LeaveReason::shutdown: return "shutdown";
  }
  return "left";
}

std::string make_left(std::string_view subscriber, LeaveReason reason) {
  const std::string value =
      JsonObject().text("subscriber", subscriber).text("reason", name_of(reason)).str();
  return begin_broadcast("hub.left").json("value", value).str();
}

std::string make_presence(std::size_t subscriber_count) {
  return begin_broadcast("hub.presence")
      .json("value", JsonObject().number("subscriberCount", subscriber_count).str())
      .str();
}

std::string make_presence(const SubscriberList& list) {
  const std::string value =
      begin_list(list).number("subscriberCount", list.subscribers.size()).str();
  return begin_broadcast("hub.presence").json("value", value).str();
}

std::string make_dropped(const std::map<std::string, DropCount, std::less<>>& from) {
  JsonObject counts;
  std::size_t named = 0;
  DropCount others;
  for (const auto& [name, count] : from) {
    if (name != all_others && named < limits::dropped_names_max) {
      counts.json(name, make_count(count));
      ++named;
      continue;
    }
    others.broadcasts += count.broadcasts;
    others.responses += count.responses;
  }
  if (others.broadcasts + others.responses > 0) counts.json(all_others, make_count(others));
  return begin_broadcast("hub.dropped")
      .json("value", JsonObject().json("from", counts.str()).str())
      .str();
}

std::string make_ping_answer(std::string_view request_id, std::string_view recipient, Wall time) {
  return begin_response("hub.ping", recipient)
      .json("response", make_success(request_id, ResponseCode::done))
      .json("value", JsonObject().text("time", format_timestamp(time)).str())
      .str();
}

std::string make_list_answer(std::string_view request_id, std::string_view recipient,
                             const SubscriberPage& page) {
  const std::string value = begin_list(page.listed)
                                .number("subscriberCount", page.subscriber_count)
                                .number("offset", page.offset)
                                .str();
  return begin_response("hub.list", recipient)
      .json("response", make_success(request_id, ResponseCode::done))
      .json("value", value)
      .str();
}

}  // namespace malinka::protocol

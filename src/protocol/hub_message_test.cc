// SPDX-License-Identifier: MIT
#include "protocol/hub_message.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "protocol/message_codec.h"
#include "protocol/timestamp.h"

using malinka::Json;
using malinka::ResponseCode;
using malinka::protocol::decode_text_message;
using malinka::protocol::DropCount;
using malinka::protocol::LeaveReason;
using malinka::protocol::make_accepted;
using malinka::protocol::make_dropped;
using malinka::protocol::make_joined;
using malinka::protocol::make_left;
using malinka::protocol::make_list_answer;
using malinka::protocol::make_ping_answer;
using malinka::protocol::make_presence;
using malinka::protocol::make_report;
using malinka::protocol::parse_timestamp;

TEST_CASE("a report says whom a message did not reach, and why") {
  CHECK(
      make_report({.request_id = R"("k7")",
                   .recipient = "phone",
                   .about = "kitchen",
                   .code = ResponseCode::not_found,
                   .error = "no such subscriber"}) ==
      R"({"messageType":"Response","originator":"@hub","recipients":["phone"],)"
      R"("response":{"requestId":"k7","success":false,"responseCode":404,"error":"no such subscriber"},)"
      R"("value":{"recipient":"kitchen"}})");
}

TEST_CASE(
    "a report of a message without an id has the requestId null, and no value where it is about "
    "nobody") {
  CHECK(make_report({.request_id = "",
                     .recipient = "phone",
                     .about = "",
                     .code = ResponseCode::malformed,
                     .error = "x"}) ==
        R"({"messageType":"Response","originator":"@hub","recipients":["phone"],)"
        R"("response":{"requestId":null,"success":false,"responseCode":400,"error":"x"}})");
}

TEST_CASE("a Command to all is answered with those it went to") {
  const std::vector<std::string_view> went_to = {"hall", "kitchen"};
  CHECK(make_accepted("7", "phone", went_to) ==
        R"({"messageType":"Response","originator":"@hub","recipients":["phone"],)"
        R"("response":{"requestId":7,"success":true,"responseCode":202},)"
        R"("value":{"recipients":["hall","kitchen"]}})");
  CHECK(make_accepted("7", "phone", {}).ends_with(R"("value":{"recipients":[]}})"));
}

TEST_CASE("presence is told by Broadcasts") {
  CHECK(make_joined("kitchen", true) ==
        R"({"messageType":"Broadcast","name":"hub.joined","originator":"@hub",)"
        R"("value":{"subscriber":"kitchen","device":true}})");
  CHECK(make_left("kitchen", LeaveReason::replaced) ==
        R"({"messageType":"Broadcast","name":"hub.left","originator":"@hub",)"
        R"("value":{"subscriber":"kitchen","reason":"replaced"}})");
}

TEST_CASE("what was dropped is counted by sender") {
  CHECK(make_dropped({{"hall", {.broadcasts = 2, .responses = 0}},
                      {"phone", {.broadcasts = 0, .responses = 1}}}) ==
        R"({"messageType":"Broadcast","name":"hub.dropped","originator":"@hub","value":{"from":{)"
        R"("hall":{"broadcasts":2,"responses":0},"phone":{"broadcasts":0,"responses":1}}}})");
}

TEST_CASE("beyond 64 senders, what was dropped is counted together") {
  std::map<std::string, DropCount, std::less<>> from;
  for (int i = 100; i < 170; ++i)
    from["device-" + std::to_string(i)] = {.broadcasts = 1, .responses = 2};
  from["*"] = {.broadcasts = 10, .responses = 0};
  const auto message = malinka::parse_json(make_dropped(from));
  REQUIRE(message);
  const Json& counts = message->at("value").at("from");
  CHECK(counts.size() == malinka::limits::dropped_names_max + 1);
  CHECK(counts.at("*") == Json{{"broadcasts", 16}, {"responses", 12}});
}

TEST_CASE("hub.ping is answered with the time") {
  CHECK(
      make_ping_answer("7", "phone", *parse_timestamp("2026-11-22T21:48:07Z")) ==
      R"({"messageType":"Response","name":"hub.ping","originator":"@hub","recipients":["phone"],)"
      R"("response":{"requestId":7,"success":true,"responseCode":200},"value":{"time":"2026-11-22T21:48:07.000Z"}})");
}

TEST_CASE("hub.list is answered with a page of the subscribers") {
  CHECK(
      make_list_answer("7", "phone",
                       {.listed = {.subscribers = {"hall", "phone"}, .devices = {"hall"}},
                        .subscriber_count = 12,
                        .offset = 10}) ==
      R"({"messageType":"Response","name":"hub.list","originator":"@hub","recipients":["phone"],)"
      R"("response":{"requestId":7,"success":true,"responseCode":200},)"
      R"("value":{"subscribers":["hall","phone"],"devices":["hall"],"subscriberCount":12,"offset":10}})");
}

TEST_CASE("names with quotes and backslashes stay names in every message of the hub") {
  constexpr std::string_view name = R"(a "b" \ </script>)";
  const std::vector<std::string_view> names = {name};
  for (const std::string& text :
       {make_report({.request_id = "1",
                     .recipient = name,
                     .about = name,
                     .code = ResponseCode::timed_out,
                     .error = name}),
        make_accepted("1", name, names), make_joined(name, false),
        make_left(name, LeaveReason::lost),
        make_dropped({{std::string(name), {.broadcasts = 1, .responses = 0}}}),
        make_presence({.subscribers = names, .devices = names}),
        make_list_answer("1", name, {.listed = {.subscribers = names, .devices = names}})}) {
    CAPTURE(text);
    const auto message = decode_text_message(text);
    REQUIRE(message);
    CHECK(message->originator == "@hub");
    if (!message->recipients.empty()) CHECK(message->recipients[0] == name);
  }
}

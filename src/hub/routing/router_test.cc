// SPDX-License-Identifier: MIT
#include "hub/routing/router.h"

#include <doctest/doctest.h>

#include <deque>

#include "base/json.h"
#include "base/limits.h"
#include "protocol/binary_message.h"
#include "wire/frame.h"

namespace malinka::hub {
namespace {

/// Keeps what it is sent, or has no room.
struct FakeMember final : Member {
  explicit FakeMember(Profile profile) : Member(std::move(profile)) {}

  bool queue(const ParcelRef& parcel) noexcept override {
    if (has_room) parcels.push_back(parcel);
    return has_room;
  }
  bool send_burst(const Burst&) noexcept override { return false; }
  /// What the next frame carries; fails the test where there is none.
  std::string take() {
    REQUIRE_FALSE(parcels.empty());
    const ByteView frame = parcels.front()->frame().view();
    const auto header = wire::parse_frame_header(frame, wire::Role::server);
    REQUIRE((header && *header));
    std::string payload = to_text(frame.subspan((*header)->header_bytes));
    parcels.pop_front();
    return payload;
  }
  Json take_json() { return *parse_json(take()); }

  std::deque<ParcelRef> parcels;
  bool has_room = true;
};

struct RouterTest {
  ManualClock clock;
  QueueMemory memory{1'000'000};
  Counters counters;
  Router router{clock, memory, counters};
  Channel channel{"home", ChannelKey()};
  FakeMember phone{{.id = 1, .name = "phone", .takes_binary = true}};
  FakeMember hall{{.id = 2, .name = "hall"}};
  FakeMember page{{.id = 3, .name = "page", .takes_binary = true}};

  RouterTest() {
    for (FakeMember* const member : {&phone, &hall, &page}) channel.add(*member);
  }

  /// In a turn of its own.
  void send(std::string_view text) {
    router.route(channel, phone, MessageForm::text, as_bytes(text));
    router.deliver_burst();
  }
  void send_binary(std::string_view envelope, std::string_view blob) {
    Bytes payload = protocol::binary_message_prefix(envelope.size());
    append(payload, envelope);
    append(payload, blob);
    router.route(channel, phone, MessageForm::binary, payload);
  }
};

std::pair<int, std::string> code_and_recipient(const Json& report) {
  return {report.at("response").at("responseCode"), report.at("value").at("recipient")};
}

}  // namespace

TEST_CASE_FIXTURE(RouterTest, "all recipients of a message share one frame") {
  send(R"({"messageType":"Broadcast"})");
  REQUIRE(hall.parcels.size() == 1);
  REQUIRE(page.parcels.size() == 1);
  CHECK(hall.parcels.front() == page.parcels.front());
}

TEST_CASE_FIXTURE(RouterTest, "a blob is converted once however many take text only") {
  FakeMember attic({.id = 4, .name = "attic"});
  channel.add(attic);
  send_binary(R"({"messageType":"Broadcast","blob":{"size":2}})", "hi");
  CHECK(counters.messages_converted == 1);
  CHECK(hall.parcels.front() == attic.parcels.front());
  CHECK(hall.parcels.front() != page.parcels.front());
  CHECK(hall.take_json().at("blob").at("content") == "aGk=");
}

TEST_CASE_FIXTURE(RouterTest,
                  "those who cannot have a Command to all are named, then it is accepted") {
  hall.has_room = false;
  send(R"({"messageType":"Command","id":1,"recipients":["*"]})");
  CHECK(code_and_recipient(phone.take_json()) == std::pair(503, std::string("hall")));
  const Json accepted = phone.take_json();
  CHECK(accepted.at("response").at("responseCode") == 202);
  CHECK(accepted.at("value").at("recipients") == Json({"page"}));
  CHECK(counters.copies_failed[ResponseCode::unavailable] == 1);
}

TEST_CASE_FIXTURE(RouterTest, "a Broadcast for which there is no room is not reported") {
  hall.has_room = false;
  send(R"({"messageType":"Broadcast","id":1})");
  CHECK(phone.parcels.empty());
}

TEST_CASE_FIXTURE(RouterTest,
                  "a size limit counts the form in which a recipient would get the message") {
  constexpr std::string_view envelope =
      R"({"messageType":"Command","recipients":["a","b"],"blob":{"size":300}})";
  FakeMember a({.id = 5, .message_bytes_max = 430, .name = "a", .takes_binary = true});
  FakeMember b({.id = 6, .message_bytes_max = 430, .name = "b", .takes_binary = false});
  channel.add(a);
  channel.add(b);
  send_binary(envelope, std::string(300, 'x'));
  CHECK(a.take().size() <= 430);
  CHECK(code_and_recipient(phone.take_json()) == std::pair(413, std::string("b")));
}

TEST_CASE_FIXTURE(RouterTest,
                  "a binary envelope that the stamp makes too long is reported with 413") {
  const std::string start = R"({"messageType":"Command","recipients":["page","hall"],"value":")";
  const std::string end = R"(","blob":{"size":0}})";
  const std::size_t filler = limits::binary_envelope_bytes_max - start.size() - end.size();
  send_binary(start + std::string(filler, 'x') + end, "");
  CHECK(code_and_recipient(phone.take_json()) == std::pair(413, std::string("page")));
  CHECK(hall.take_json().at("originator") == "phone");
}

TEST_CASE_FIXTURE(RouterTest,
                  "a copy that was given up is reported to its sender, while that is there") {
  send(R"({"messageType":"Command","id":"k","recipients":["hall"]})");
  const ParcelRef parcel = hall.parcels.front();
  router.report_undelivered(channel, *parcel, hall, ResponseCode::timed_out);
  const Json report = phone.take_json();
  CHECK(code_and_recipient(report) == std::pair(408, std::string("hall")));
  CHECK(report.at("response").at("requestId") == "k");

  channel.remove(phone);
  FakeMember namesake({.id = 9, .name = "phone"});
  channel.add(namesake);
  router.report_undelivered(channel, *parcel, hall, ResponseCode::timed_out);
  CHECK(namesake.parcels.empty());
  CHECK(phone.parcels.empty());
  CHECK(counters.copies_failed[ResponseCode::timed_out] == 2);
}

TEST_CASE_FIXTURE(RouterTest, "a Command may name the hub beside others") {
  send(R"({"messageType":"Command","id":1,"name":"hub.ping","recipients":["hall","@hub"]})");
  CHECK(phone.take_json().at("name") == "hub.ping");
  CHECK(hall.take_json().at("name") == "hub.ping");
}

TEST_CASE_FIXTURE(RouterTest,
                  "an expired Command to all is accepted for nobody and reported for each") {
  send(R"({"messageType":"Command","id":1,"recipients":["*"],"expiresAt":"2020-01-01T00:00:00Z"})");
  CHECK(code_and_recipient(phone.take_json()).first == 408);
  CHECK(code_and_recipient(phone.take_json()).first == 408);
  CHECK(phone.take_json().at("value").at("recipients") == Json::array());
  CHECK(hall.parcels.empty());
}

}  // namespace malinka::hub

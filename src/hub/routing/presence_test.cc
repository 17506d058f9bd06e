// SPDX-License-Identifier: MIT
#include "hub/routing/presence.h"

#include <doctest/doctest.h>

#include <deque>
#include <memory>

#include "base/json.h"
#include "base/limits.h"
#include "wire/frame.h"

namespace malinka::hub {
namespace {

struct Listener final : Member {
  explicit Listener(Profile profile) : Member(std::move(profile)) {}

  bool queue(const ParcelRef& parcel) noexcept override {
    const ByteView frame = parcel->frame().view();
    const auto header = wire::parse_frame_header(frame, wire::Role::server);
    REQUIRE((header && *header));
    heard.push_back(*parse_json(as_text(frame.subspan((*header)->header_bytes))));
    return true;
  }
  bool send_burst(const Burst&) noexcept override { return false; }
  Json next() {
    REQUIRE_FALSE(heard.empty());
    Json message = std::move(heard.front());
    heard.pop_front();
    return message;
  }

  std::deque<Json> heard;
};

struct PresenceTest {
  QueueMemory memory{1UL << 30};
  Counters counters;
  BurstCollector burst{memory, counters};
  HubVoice voice{memory, counters, burst};
  Presence presence{voice};
  Channel channel{"home", ChannelKey()};
  std::deque<std::unique_ptr<Listener>> members;

  void join(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const MemberId id = ++last_id;
      members.push_back(std::make_unique<Listener>(
          Profile{.id = id, .name = "s" + std::to_string(id), .is_device = id == 2}));
      channel.add(*members.back());
      presence.joined(channel, *members.back());
    }
  }
  void leave(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      presence.left(channel, *members.back(), protocol::LeaveReason::left);
      channel.remove(*members.back());
      members.pop_back();
    }
  }
  void forget_what_was_heard() {
    for (const auto& member : members) member->heard.clear();
  }

  MemberId last_id = hub_id;
};

}  // namespace

TEST_CASE_FIXTURE(PresenceTest,
                  "up to a thousand, each that comes and goes is told to the others") {
  join(limits::presence_subscribers_max);
  CHECK(members.front()->heard.size() == limits::presence_subscribers_max - 1);
  CHECK(members.front()->heard.back().at("name") == "hub.joined");
  CHECK(members.back()->heard.empty());
  CHECK_FALSE(presence.has_crowds());
  leave(1);
  CHECK(members.front()->heard.back().at("name") == "hub.left");
}

TEST_CASE_FIXTURE(PresenceTest,
                  "with one more, all are told how many they are, and of nobody since") {
  join(limits::presence_subscribers_max);
  forget_what_was_heard();
  join(5);
  const Json told = members.front()->next();
  CHECK(told.at("name") == "hub.presence");
  CHECK(told.at("originator") == "@hub");
  CHECK(told.at("value") == Json({{"subscriberCount", limits::presence_subscribers_max + 1}}));
  CHECK(members.front()->heard.empty());
  leave(1);
  CHECK(members.front()->heard.empty());
  CHECK(presence.has_crowds());
}

TEST_CASE_FIXTURE(PresenceTest, "a crowd is told its number now and then, where it changed") {
  join(limits::presence_subscribers_max + 5);
  forget_what_was_heard();
  presence.tell_crowds();
  CHECK(members.front()->next().at("value").at("subscriberCount") ==
        limits::presence_subscribers_max + 5);
  presence.tell_crowds();
  CHECK(members.front()->heard.empty());
}

TEST_CASE_FIXTURE(PresenceTest,
                  "a crowd that has shrunk is told who is left, and of each from then on") {
  join(limits::presence_subscribers_max + 1);
  leave(limits::presence_subscribers_max + 1 - limits::presence_subscribers_again - 1);
  presence.tell_crowds();
  CHECK(presence.has_crowds());
  CHECK(presence.is_crowd(channel));
  leave(1);
  forget_what_was_heard();
  presence.tell_crowds();
  CHECK_FALSE(presence.has_crowds());
  CHECK_FALSE(presence.is_crowd(channel));
  const Json told = members.front()->next();
  CHECK(told.at("name") == "hub.presence");
  CHECK(told.at("value").at("subscribers").size() == limits::presence_subscribers_again);
  CHECK(told.at("value").at("devices") == Json({"s2"}));
  join(1);
  CHECK(members.front()->next().at("name") == "hub.joined");
}

TEST_CASE_FIXTURE(PresenceTest, "a crowd that vanishes is forgotten") {
  join(limits::presence_subscribers_max + 1);
  leave(limits::presence_subscribers_max + 1);
  CHECK_FALSE(presence.has_crowds());
}

}  // namespace malinka::hub

// SPDX-License-Identifier: MIT
#include "hub/routing/burst_collector.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/json.h"
#include "hub/routing/router.h"
#include "wire/frame.h"

namespace malinka::hub {
namespace {

/// Keeps up or not, has room or not, and remembers what it got.
struct Listener final : Member {
  explicit Listener(Profile profile) : Member(std::move(profile)) {}

  bool queue(const ParcelRef& parcel) noexcept override {
    if (has_room) hear(parcel->frame().view());
    return has_room;
  }
  bool send_burst(const Burst& burst) noexcept override {
    if (!keeps_up || !burst.may_go_as_one_to(profile())) return false;
    const ParcelRef parcel = burst.joined_for(id(), own_memory);
    if (!parcel) return true;
    bursts.push_back(parcel);
    burst_sizes.push_back(burst.count_for(id()));
    hear(parcel->frame().view());
    return true;
  }
  /// One frame behind the other: the hub's names and all values, where there are any.
  void hear(ByteView frames) {
    while (!frames.empty()) {
      const auto header = wire::parse_frame_header(frames, wire::Role::server);
      REQUIRE((header && *header));
      const ByteView payload = frames.subspan((*header)->header_bytes, (*header)->payload_bytes);
      const Json message = *parse_json(as_text(payload));
      heard += message.value("name", "") + message.value("value", Json()).dump() + " ";
      frames = frames.subspan((*header)->header_bytes + (*header)->payload_bytes);
    }
  }
  [[nodiscard]] std::string take() { return std::exchange(heard, {}); }

  QueueMemory own_memory{1UL << 30};
  bool keeps_up = true;
  bool has_room = true;
  std::string heard;
  std::vector<ParcelRef> bursts;
  std::vector<std::size_t> burst_sizes;
};

/// Two who speak, and two who only listen, one of whom does not keep up.
struct BurstTest {
  ManualClock clock;
  QueueMemory memory{1UL << 30};
  Counters counters;
  Router router{clock, memory, counters};
  Channel channel{"home", ChannelKey()};
  Listener anna{{.id = 1, .name = "anna"}};
  Listener bert{{.id = 2, .name = "bert"}};
  Listener keen{{.id = 3, .name = "keen"}};
  Listener slow{{.id = 4, .name = "slow"}};

  BurstTest() {
    slow.keeps_up = false;
    for (Listener* const member : {&anna, &bert, &keen, &slow}) channel.add(*member);
  }

  void send(Listener& from, const std::string& text) {
    router.route(channel, from, MessageForm::text, as_bytes(text));
  }
  void tell_all(Listener& from, int value, const std::string& more = {}) {
    send(from, R"({"messageType":"Broadcast","value":)" + std::to_string(value) + more + "}");
  }
};

}  // namespace

TEST_CASE_FIXTURE(BurstTest, "Broadcasts wait for the end of the turn") {
  tell_all(anna, 1);
  CHECK(keen.take().empty());
  router.deliver_burst();
  CHECK(keen.take() == "1 ");
  router.deliver_burst();
  CHECK(keen.take().empty());
}

TEST_CASE_FIXTURE(BurstTest, "those who keep up share all that was sent in a turn, as one") {
  Listener other({.id = 5, .name = "other"});
  channel.add(other);
  for (const int value : {1, 2, 3}) tell_all(anna, value);
  router.deliver_burst();
  CHECK(keen.heard == "1 2 3 ");
  CHECK(keen.burst_sizes == std::vector<std::size_t>{3});
  CHECK(keen.bursts == other.bursts);
}

TEST_CASE_FIXTURE(BurstTest, "who does not keep up has each message queued by itself") {
  for (const int value : {1, 2, 3}) tell_all(anna, value);
  router.deliver_burst();
  CHECK(slow.take() == "1 2 3 ");
  CHECK(slow.bursts.empty());
}

TEST_CASE_FIXTURE(BurstTest, "of several who speak in a turn, each hears the others only") {
  tell_all(anna, 1);
  tell_all(bert, 2);
  tell_all(anna, 3);
  router.deliver_burst();
  CHECK(anna.take() == "2 ");
  CHECK(bert.take() == "1 3 ");
  CHECK(keen.take() == "1 2 3 ");
  CHECK(slow.take() == "1 2 3 ");
}

TEST_CASE_FIXTURE(BurstTest, "who speaks in a turn has what the others say as one, too") {
  tell_all(anna, 1);
  tell_all(bert, 2);
  tell_all(anna, 3);
  router.deliver_burst();
  CHECK(bert.burst_sizes == std::vector<std::size_t>{2});
  CHECK(bert.own_memory.used_bytes() > 0);
  CHECK(keen.own_memory.used_bytes() == 0);
}

TEST_CASE_FIXTURE(BurstTest, "who alone speaks in a turn is sent nothing") {
  tell_all(anna, 1);
  tell_all(anna, 2);
  router.deliver_burst();
  CHECK(anna.bursts.empty());
  CHECK(counters.broadcasts_dropped == 0);
}

TEST_CASE_FIXTURE(BurstTest, "a Command between two Broadcasts stays between them") {
  tell_all(anna, 1);
  send(anna, R"({"messageType":"Command","recipients":["keen","slow"],"value":2})");
  tell_all(anna, 3);
  router.deliver_burst();
  CHECK(keen.take() == "1 2 3 ");
  CHECK(slow.take() == "1 2 3 ");
}

TEST_CASE_FIXTURE(BurstTest, "a Broadcast that expires, or is long, goes by itself, in its place") {
  tell_all(anna, 1);
  tell_all(anna, 2, R"(,"expiresAt":"2999-01-01T00:00:00Z")");
  tell_all(anna, 3);
  tell_all(anna, 4, R"(,"more":")" + std::string(20'000, 'x') + '"');
  tell_all(anna, 5);
  router.deliver_burst();
  CHECK(keen.take() == "1 2 3 4 5 ");
  CHECK(keen.burst_sizes == std::vector<std::size_t>{1, 1, 1});
}

TEST_CASE_FIXTURE(BurstTest, "what the hub says goes behind what was sent before") {
  tell_all(anna, 1);
  router.presence().joined(channel, bert);
  tell_all(anna, 2);
  router.deliver_burst();
  CHECK(keen.take() == R"(1 hub.joined{"device":false,"subscriber":"bert"} 2 )");
}

TEST_CASE_FIXTURE(BurstTest, "an answer of the hub goes behind what others sent before") {
  tell_all(bert, 1);
  send(anna, "nonsense");
  CHECK(anna.take() == "1 null ");
}

TEST_CASE_FIXTURE(BurstTest, "channels are not mixed") {
  Channel elsewhere("elsewhere", ChannelKey());
  Listener carl({.id = 6, .name = "carl"});
  Listener dora({.id = 7, .name = "dora"});
  elsewhere.add(carl);
  elsewhere.add(dora);
  tell_all(anna, 1);
  router.route(elsewhere, carl, MessageForm::text,
               as_bytes(R"({"messageType":"Broadcast","value":2})"));
  tell_all(anna, 3);
  router.deliver_burst();
  CHECK(dora.take() == "2 ");
  CHECK(keen.take() == "1 3 ");
}

TEST_CASE_FIXTURE(BurstTest, "who takes no message so long gets the shorter ones") {
  Listener small({.id = 5, .message_bytes_max = 100, .name = "small"});
  channel.add(small);
  tell_all(anna, 1);
  tell_all(anna, 2, R"(,"more":")" + std::string(100, 'x') + '"');
  tell_all(anna, 3);
  router.deliver_burst();
  CHECK(small.take() == "1 3 ");
  CHECK(keen.take() == "1 2 3 ");
  CHECK(counters.broadcasts_dropped == 1);
}

TEST_CASE_FIXTURE(BurstTest, "each copy for which there is no room is counted once, and not told") {
  slow.has_room = false;
  for (const int value : {1, 2, 3}) tell_all(anna, value);
  router.deliver_burst();
  CHECK(counters.broadcasts_dropped == 3);
  CHECK(anna.take().empty());
}

TEST_CASE_FIXTURE(BurstTest, "so many that they are enough do not wait for the turn's end") {
  const std::string filler = R"(,"more":")" + std::string(10'000, 'x') + '"';
  for (int value = 0; value < 10; ++value) tell_all(anna, value, filler);
  CHECK(keen.take() == "0 1 2 3 4 5 ");
  router.deliver_burst();
  CHECK(keen.take() == "6 7 8 9 ");
}

TEST_CASE_FIXTURE(BurstTest, "a burst counts as queued until the last has sent it") {
  for (const int value : {1, 2}) tell_all(anna, value);
  CHECK(memory.used_bytes() > 0);
  router.deliver_burst();
  const std::size_t frame_bytes = keen.bursts.front()->bytes();
  CHECK(memory.used_bytes() >= frame_bytes);
  CHECK(memory.used_bytes() < 2 * frame_bytes + 512);
  bert.bursts.clear();
  keen.bursts.clear();
  CHECK(memory.used_bytes() == 0);
}

}  // namespace malinka::hub

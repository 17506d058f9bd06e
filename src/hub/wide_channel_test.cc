// SPDX-License-Identifier: MIT
// A channel too wide for one shard: its further members are on the others, and nobody can tell.
#include <doctest/doctest.h>

#include <map>

#include "base/limits.h"
#include "hub/test_hub.h"
#include "protocol/timestamp.h"

namespace malinka::hub {
namespace {

constexpr std::size_t shard_count = 4;
constexpr std::size_t near_members = 2;

Config make_config() {
  Config config;
  config.shards = shard_count;
  config.wide_channel_members = near_members;
  config.queue_bytes = 256UL * 1024;
  return config;
}

std::string make_message(const std::string& type, int id, const std::string& more = {}) {
  return R"({"messageType":")" + type + R"(","id":)" + std::to_string(id) + more + "}";
}

/// A hub with one wide channel, in which the first two members are at home.
struct WideChannelTest {
  TestHub hub{make_config()};
  std::vector<std::unique_ptr<TestClient>> members;

  std::unique_ptr<TestClient> join(const std::string& name) {
    return hub.join({.subscriber = name, .instance = "of " + name});
  }
  void fill(int count) {
    for (int i = 0; i < count; ++i) members.push_back(join(std::to_string(i)));
    for (const auto& member : members) (void)member->rest();
  }
  /// Four more are about to join, in whatever steps the hub takes from now on.
  void begin_four_joins() {
    const std::size_t first = members.size();
    for (int i = 0; i < 4; ++i) {
      members.push_back(hub.connect());
      members.back()->upgrade();
    }
    for (std::size_t i = first; i < members.size(); ++i)
      members[i]->begin_to_send(to_text(wire::make_frame(
          wire::Opcode::text, as_bytes(make_join_text({.subscriber = std::to_string(i)})),
          wire::Role::client)));
  }
  /// The channel and all traces of it are gone with its members.
  void check_nothing_is_left() {
    for (const auto& member : members) member->vanish();
    hub.settle();
    const Gauges gauges = hub.gauges();
    CHECK(gauges.connections == 0);
    CHECK(gauges.sessions == 0);
    CHECK(gauges.channels == 0);
    CHECK(gauges.queued_bytes == 0);
    CHECK(gauges.incoming_bytes == 0);
  }
};

}  // namespace

TEST_CASE_FIXTURE(WideChannelTest, "the members of a wide channel are on all shards") {
  fill(14);
  std::size_t most = 0;
  std::size_t least = 14;
  for (std::size_t i = 0; i < shard_count; ++i) {
    most = std::max(most, hub.shards().shard(i).gauges().sessions);
    least = std::min(least, hub.shards().shard(i).gauges().sessions);
  }
  CHECK(most == 4);
  CHECK(least == 3);
  CHECK(hub.gauges().channels == 1);
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest,
                  "who joins a wide channel is told who is there, and they of it") {
  fill(6);
  auto [late, answer] = hub.try_join({.subscriber = "late"});
  CHECK(at(answer, "/value/subscriberCount") == 7);
  CHECK(at(answer, "/value/subscribers") == Json::parse(R"(["0","1","2","3","4","5"])"));
  for (const auto& member : members) CHECK(at(member->receive(), "/value/subscriber") == "late");
  late->vanish();
  for (const auto& member : members) CHECK(at(member->receive(), "/name") == "hub.left");
}

TEST_CASE_FIXTURE(WideChannelTest, "in a wide channel each hears each other once and in order") {
  constexpr int count = 20;
  fill(10);
  for (int i = 0; i < count; ++i)
    for (const auto& member : members) member->send(make_message("Broadcast", i));
  for (const auto& member : members) {
    std::map<std::string, std::vector<int>> heard;
    for (int i = 0; i < 9 * count; ++i) {
      const Json message = member->receive();
      heard[at(message, "/originator").get<std::string>()].push_back(at(message, "/id").get<int>());
    }
    CHECK(member->rest().empty());
    CHECK(heard.size() == 9);
    for (const auto& [sender, numbers] : heard) {
      REQUIRE(numbers.size() == count);
      for (int i = 0; i < count; ++i) CHECK(numbers[static_cast<std::size_t>(i)] == i);
    }
  }
  CHECK(hub.counters().copies_sent == 10 * 9 * count);
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest,
                  "a Command to all of a wide channel is answered with all of them") {
  fill(8);
  members[7]->send(make_message("Command", 1, R"(,"recipients":["*"])"));
  const Json accepted = members[7]->receive();
  CHECK(at(accepted, "/response/responseCode") == 202);
  CHECK(at(accepted, "/value/recipients") == Json::parse(R"(["0","1","2","3","4","5","6"])"));
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(at(members[i]->receive(), "/originator") == "7");
    members[i]->send(
        make_message("Response", 0, R"(,"recipients":["7"],"response":{"requestId":1})"));
    CHECK(at(members[7]->receive(), "/originator") == std::to_string(i));
  }
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest,
                  "binary and text members of a wide channel each get their form") {
  fill(3);
  const auto binary = hub.join({.subscriber = "binary", .protocol = "malinka.v1"});
  const auto other = hub.join({.subscriber = "other", .protocol = "malinka.v1"});
  for (const auto& member : members) (void)member->rest();
  (void)binary->rest();
  other->send_binary(R"({"messageType":"Broadcast","blob":{"size":3}})", "abc");
  const auto got = binary->next();
  REQUIRE(got);
  CHECK(got->opcode == wire::Opcode::binary);
  CHECK(got->payload.ends_with("abc"));
  for (const auto& member : members) CHECK(at(member->receive(), "/blob/content") == "YWJj");
  CHECK(hub.counters().messages_converted == 1);
}

TEST_CASE_FIXTURE(WideChannelTest, "what a far member cannot queue is reported, once each") {
  fill(6);
  members[5]->stop_reading();
  const std::string large =
      R"(,"recipients":["5"],"value":")" + std::string(50UL * 1024, 'x') + '"';
  constexpr int count = 20;
  for (int i = 0; i < count; ++i) members[2]->send(make_message("Command", i, large));
  int refused = 0;
  while (const auto message = members[2]->next()) {
    const Json report = *parse_json(message->payload);
    CHECK(at(report, "/response/responseCode") == 503);
    CHECK(at(report, "/value/recipient") == "5");
    ++refused;
  }
  CHECK(refused > 0);
  CHECK(refused < count);
  members[5]->start_reading();
  int received = 0;
  while (members[5]->next()) ++received;
  CHECK(received + refused == count);
  CHECK(hub.counters().copies_failed[ResponseCode::unavailable] ==
        static_cast<std::uint64_t>(refused));
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest, "Broadcasts that a far member missed are told to it") {
  fill(6);
  members[5]->stop_reading();
  const std::string large = R"(,"value":")" + std::string(50UL * 1024, 'x') + '"';
  for (int i = 0; i < 20; ++i) members[2]->send(make_message("Broadcast", i, large));
  members[5]->start_reading();
  std::uint64_t missed = 0;
  std::uint64_t received = 0;
  while (const auto message = members[5]->next()) {
    const Json json = *parse_json(message->payload);
    if (at(json, "/name") == "hub.dropped")
      missed += at(json, "/value/from/2/broadcasts").get<std::uint64_t>();
    else
      ++received;
  }
  CHECK(missed > 0);
  CHECK(missed + received == 20);
  CHECK(hub.counters().broadcasts_dropped == missed);
}

TEST_CASE_FIXTURE(WideChannelTest, "what waited for a far member that goes is reported with 404") {
  fill(6);
  members[5]->stop_reading();
  const std::string to_slow =
      R"(,"recipients":["5"],"value":")" + std::string(30UL * 1024, 'x') + '"';
  for (int i = 0; i < 5; ++i) members[3]->send(make_message("Command", i, to_slow));
  members[5]->vanish();
  int reported = 0;
  bool has_left = false;
  while (const auto message = members[3]->next()) {
    const Json json = *parse_json(message->payload);
    if (at(json, "/response/responseCode") == 404) ++reported;
    has_left |= at(json, "/name") == "hub.left";
  }
  CHECK(has_left);
  CHECK(reported > 0);
  const Counters counters = hub.counters();
  CHECK(counters.copies_sent + counters.copies_failed[ResponseCode::not_found] == 5);
  members[3]->send(make_message("Command", 11, R"(,"recipients":["5"])"));
  CHECK(at(members[3]->receive(), "/response/responseCode") == 404);
}

TEST_CASE_FIXTURE(WideChannelTest, "a copy that expires in a far queue is reported with 408") {
  fill(6);
  members[5]->stop_reading();
  const std::string filler =
      R"(,"recipients":["5"],"value":")" + std::string(50UL * 1024, 'x') + '"';
  for (int i = 0; i < 3; ++i) members[3]->send(make_message("Command", i, filler));
  const std::string soon = protocol::format_timestamp(hub.clock().wall() + std::chrono::seconds(2));
  members[3]->send(make_message("Command", 9, R"(,"recipients":["5"],"expiresAt":")" + soon + '"'));
  hub.advance(std::chrono::seconds(3));
  members[5]->start_reading();
  hub.settle();
  const Json report = members[3]->receive();
  CHECK(at(report, "/response/responseCode") == 408);
  CHECK(at(report, "/response/requestId") == 9);
}

TEST_CASE_FIXTURE(WideChannelTest, "a far member is not read from while home lags behind it") {
  fill(6);
  constexpr int count = 20;
  const std::string large = R"(,"value":")" + std::string(30'000, 'x') + '"';
  for (int i = 0; i < count; ++i)
    members[5]->begin_to_send(to_text(wire::make_frame(
        wire::Opcode::text, as_bytes(make_message("Broadcast", i, large)), wire::Role::client)));
  const std::size_t home = hub.shards().commons().home_of("home");
  for (int turns = 0; turns < 100; ++turns) {
    members[5]->pump();
    for (std::size_t i = 0; i < shard_count; ++i)
      if (i != home) hub.shards().loop(i).run_turn(std::chrono::milliseconds(0));
  }
  CHECK(hub.gauges().incoming_bytes > limits::forwarded_bytes_max / 2);
  CHECK(hub.gauges().incoming_bytes < limits::forwarded_bytes_max + 2 * 31'000);
  hub.settle();
  CHECK(hub.counters().messages_received == count);
  CHECK(hub.counters().copies_sent + hub.counters().broadcasts_dropped == 5 * count);
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest, "a channel whose last member is far ends with that one") {
  fill(3);
  members[0]->vanish();
  members[1]->vanish();
  members[2]->send(make_message("Command", 1, R"(,"recipients":["0"])"));
  CHECK(members[2]->rest().find(R"("responseCode":404)") != std::string::npos);
  CHECK(hub.join_code({.subscriber = "other", .key = "another key"}) == 401);
  members[2]->vanish();
  CHECK(hub.join_code({.subscriber = "other", .key = "another key"}) == 200);
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest, "a wide channel that has shrunk takes who comes in at home") {
  fill(6);
  for (std::size_t i = 0; i < 5; ++i) members[i]->vanish();
  hub.settle();
  const std::size_t home = hub.shards().commons().home_of("home");
  CHECK(hub.shards().shard(home).gauges().sessions == 0);
  const auto late = join("late");
  CHECK(hub.shards().shard(home).gauges().sessions == 1);
  late->send(make_message("Command", 1, R"(,"recipients":["5"])"));
  CHECK(members[5]->rest().find(R"("originator":"late")") != std::string::npos);
  late->vanish();
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(WideChannelTest, "a far member is replaced by its own instance at once") {
  fill(6);
  const auto newer = hub.join({.subscriber = "5", .instance = "of 5"});
  CHECK(members[5]->receive_close_code() == 4409);
  members[0]->send(make_message("Command", 1, R"(,"recipients":["5"])"));
  CHECK(at(newer->receive(), "/id") == 1);
  CHECK(hub.gauges().sessions == 7);  // The older one is still there until it answers the close.
  members[5]->vanish();
  hub.settle();
  CHECK(hub.gauges().sessions == 6);
}

TEST_CASE_FIXTURE(WideChannelTest,
                  "a far member that answers keeps its name, a silent one loses it") {
  fill(6);
  CHECK(hub.join_code({.subscriber = "5", .instance = "another"}) == 409);
  members[5]->stop_answering_pings();
  const auto newer = hub.connect();
  newer->upgrade();
  newer->send(make_join_text({.subscriber = "5", .instance = "another"}));
  CHECK_FALSE(newer->next());
  hub.advance(std::chrono::seconds(6));
  CHECK(at(newer->receive(), "/response/responseCode") == 200);
  CHECK(members[5]->receive_close_code() == 4409);
}

TEST_CASE_FIXTURE(WideChannelTest,
                  "what is sent right behind a join into a wide channel is heard") {
  fill(5);
  for (int i = 0; i < 6; ++i) {
    const auto eager = hub.connect();
    eager->upgrade();
    eager->begin_to_send(to_text(wire::make_frame(wire::Opcode::text,
                                                  as_bytes(make_join_text({.subscriber = "eager"})),
                                                  wire::Role::client)));
    for (int k = 0; k < 10; ++k)
      eager->begin_to_send(to_text(wire::make_frame(
          wire::Opcode::text, as_bytes(make_message("Broadcast", k)), wire::Role::client)));
    hub.settle();
    CHECK(at(members[4]->receive(), "/name") == "hub.joined");
    for (int k = 0; k < 10; ++k) CHECK(at(members[4]->receive(), "/id") == k);
    eager->vanish();
    CHECK(at(members[4]->receive(), "/name") == "hub.left");
  }
}

TEST_CASE("a newcomer to a wide channel that vanishes at any point leaves nothing behind") {
  for (int steps = 0; steps < 40; ++steps) {
    WideChannelTest test;
    test.fill(3);
    test.begin_four_joins();
    for (int i = 0; i < steps; ++i) test.hub.step();
    test.check_nothing_is_left();
  }
}

TEST_CASE("a hub that stops at any point of a join into a wide channel says 1001") {
  for (int steps = 0; steps < 40; ++steps) {
    WideChannelTest test;
    test.fill(3);
    test.begin_four_joins();
    for (int i = 0; i < steps; ++i) test.hub.step();
    bool has_stopped = false;
    test.hub.stop([&] { has_stopped = true; });
    test.hub.settle();
    const Bytes going_away = {std::byte{0x03}, std::byte{0xE9}};
    for (const auto& member : test.members) {
      std::optional<Received> last;
      while (auto message = member->next()) last = std::move(message);
      REQUIRE(last);
      CHECK(last->opcode == wire::Opcode::close);
      CHECK(last->payload.starts_with("\x03\xE9"));
      member->send_frame(wire::Opcode::close, going_away);
    }
    CHECK(has_stopped);
  }
}

}  // namespace malinka::hub

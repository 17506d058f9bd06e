// SPDX-License-Identifier: MIT
// A hub of four shards: connections are accepted in turn, and move to where their channel lives.
#include <doctest/doctest.h>

#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

constexpr std::size_t shard_count = 4;

Config on_four_shards() {
  Config config;
  config.shards = shard_count;
  config.wide_channel_members = 100'000;
  return config;
}

std::string make_frame_text(std::string_view text) {
  return to_text(wire::make_frame(wire::Opcode::text, as_bytes(text), wire::Role::client));
}

std::string make_broadcast(int number) {
  return R"({"messageType":"Broadcast","value":)" + std::to_string(number) + "}";
}

/// The shards on which there are sessions.
std::size_t count_inhabited(TestHub& hub) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < hub.shards().size(); ++i)
    count += hub.shards().shard(i).gauges().sessions > 0 ? 1 : 0;
  return count;
}

/// Newcomers to one channel, one accepted by each shard: all but one have to move.
std::vector<std::unique_ptr<TestClient>> begin_to_join_from_each_shard(TestHub& hub) {
  std::vector<std::unique_ptr<TestClient>> clients;
  for (std::size_t shard = 0; shard < shard_count; ++shard) {
    clients.push_back(hub.connect());
    clients.back()->upgrade();
  }
  for (std::size_t shard = 0; shard < shard_count; ++shard)
    clients[shard]->begin_to_send(
        make_frame_text(make_join_text({.subscriber = std::to_string(shard)})));
  return clients;
}

}  // namespace

TEST_CASE("a channel lives on one shard, wherever its members were accepted") {
  TestHub hub(on_four_shards());
  std::vector<std::unique_ptr<TestClient>> members;
  for (int i = 0; i < 8; ++i) members.push_back(hub.join({.subscriber = std::to_string(i)}));
  CHECK(count_inhabited(hub) == 1);
  CHECK(hub.gauges().sessions == 8);
  CHECK(hub.gauges().connections == 8);
  CHECK(hub.counters().joins_moved == 6);
  CHECK(hub.counters().joins_accepted == 8);

  (void)members[0]->rest();
  for (int i = 1; i < 8; ++i) members[static_cast<std::size_t>(i)]->send(make_broadcast(i));
  for (int i = 1; i < 8; ++i) CHECK(at(members[0]->receive(), "/value") == i);
}

TEST_CASE("channels are spread over all shards") {
  TestHub hub(on_four_shards());
  std::vector<std::unique_ptr<TestClient>> members;
  for (int i = 0; i < 64; ++i)
    members.push_back(hub.join({.channel = "channel-" + std::to_string(i), .subscriber = "one"}));
  CHECK(count_inhabited(hub) == shard_count);
  CHECK(hub.gauges().channels == 64);
}

TEST_CASE("two hubs do not put the same channels together: their secrets differ") {
  TestHub one(on_four_shards());
  TestHub other(on_four_shards());
  std::size_t same = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "channel-" + std::to_string(i);
    if (one.shards().commons().home_of(name) == other.shards().commons().home_of(name)) ++same;
  }
  CHECK(same < 500);
}

TEST_CASE("what was sent right behind a join moves with it, wherever it was cut") {
  const TestJoin join{.subscriber = "mover"};
  std::string behind;
  for (int i = 0; i < 20; ++i) behind += make_frame_text(make_broadcast(i));
  const std::string all = make_frame_text(make_join_text(join)) + behind;
  for (std::size_t cut = all.size() - behind.size(); cut <= all.size(); cut += 7) {
    TestHub hub(on_four_shards());
    const auto listener = hub.join({.subscriber = "listener"});
    for (std::size_t shard = 0; shard < shard_count; ++shard) {
      const auto mover = hub.connect();
      mover->upgrade();
      mover->send_bytes(all.substr(0, cut));
      mover->send_bytes(all.substr(cut));
      REQUIRE(at(listener->receive(), "/name") == "hub.joined");
      for (int i = 0; i < 20; ++i) REQUIRE(at(listener->receive(), "/value") == i);
      mover->vanish();
      REQUIRE(at(listener->receive(), "/name") == "hub.left");
    }
    REQUIRE(hub.counters().joins_moved >= 3);
  }
}

TEST_CASE("a join in fragments, with a ping in between, moves and is answered") {
  TestHub hub(on_four_shards());
  for (std::size_t shard = 0; shard < shard_count; ++shard) {
    const auto client = hub.connect();
    client->upgrade();
    std::string join = make_frame_text(make_join_text({.subscriber = std::to_string(shard)}));
    const std::string rest = make_frame_text("").replace(0, 1, 1, '\x80');
    join[0] = '\x01';  // Text, and not the last fragment.
    client->begin_to_send(join);
    client->begin_to_send(
        to_text(wire::make_frame(wire::Opcode::ping, as_bytes("hello"), wire::Role::client)));
    client->send_bytes(rest);
    const auto pong = client->next();
    REQUIRE(pong);
    CHECK(pong->opcode == wire::Opcode::pong);
    CHECK(pong->payload == "hello");
    CHECK(at(client->receive(), "/response/responseCode") == 200);
  }
  CHECK(hub.counters().joins_moved == 3);
}

TEST_CASE("a name is replaced though the two connections were accepted by different shards") {
  TestHub hub(on_four_shards());
  auto older = hub.join({.subscriber = "hall", .instance = "same"});
  for (std::size_t i = 0; i < shard_count; ++i) {
    auto newer = hub.join({.subscriber = "hall", .instance = "same"});
    CHECK(older->receive_close_code() == 4409);
    older->vanish();
    older = std::move(newer);
  }
  const auto [late, answer] = hub.try_join({.subscriber = "hall", .instance = "other"});
  CHECK(at(answer, "/response/responseCode") == 409);
}

TEST_CASE("wrong keys are counted together, by whichever shards their senders were accepted") {
  TestHub hub(on_four_shards());
  const auto hall = hub.join({.subscriber = "hall", .key = "right", .address = "192.0.2.9"});
  for (int i = 0; i < 10; ++i) REQUIRE(hub.join_code({.subscriber = "x", .key = "wrong"}) == 401);
  for (int i = 0; i < 4; ++i) CHECK(hub.join_code({.subscriber = "x", .key = "right"}) == 429);
  CHECK(hub.counters().joins_refused[ResponseCode::wrong_key] == 10);
}

TEST_CASE("a newcomer that vanishes at any point of its move leaves nothing behind") {
  for (int steps = 0; steps < 24; ++steps) {
    TestHub hub(on_four_shards());
    const auto clients = begin_to_join_from_each_shard(hub);
    for (int i = 0; i < steps; ++i) hub.step();
    for (const auto& client : clients) client->vanish();
    hub.settle();
    CHECK(hub.gauges().connections == 0);
    CHECK(hub.gauges().sessions == 0);
    CHECK(hub.gauges().channels == 0);
    CHECK(hub.gauges().queued_bytes == 0);
  }
}

TEST_CASE("a hub that stops at any point of a move says 1001 to who moves") {
  for (int steps = 0; steps < 24; ++steps) {
    TestHub hub(on_four_shards());
    const auto clients = begin_to_join_from_each_shard(hub);
    for (int i = 0; i < steps; ++i) hub.step();
    bool has_stopped = false;
    hub.stop([&] { has_stopped = true; });
    hub.settle();
    CHECK_FALSE(has_stopped);
    const Bytes going_away = {std::byte{0x03}, std::byte{0xE9}};
    for (const auto& client : clients) {
      std::optional<Received> last;
      while (auto message = client->next()) last = std::move(message);
      REQUIRE(last);
      CHECK(last->opcode == wire::Opcode::close);
      CHECK(last->payload.starts_with("\x03\xE9"));
      client->send_frame(wire::Opcode::close, going_away);
    }
    CHECK(has_stopped);
  }
}

TEST_CASE("a hub is full for all of its shards together") {
  Config config = on_four_shards();
  config.connections_max = 3;
  TestHub hub(config);
  std::vector<std::unique_ptr<TestClient>> members;
  for (int i = 0; i < 3; ++i) members.push_back(hub.join({.subscriber = std::to_string(i)}));
  for (std::size_t i = 0; i < shard_count; ++i) CHECK(hub.join_code({.subscriber = "late"}) == 503);
  members.pop_back();
  CHECK(hub.join_code({.subscriber = "late"}) == 200);
}

TEST_CASE("every shard tells the metrics of all") {
  TestHub hub(on_four_shards());
  std::vector<std::unique_ptr<TestClient>> members;
  for (int i = 0; i < 8; ++i)
    members.push_back(hub.join({.channel = std::to_string(i), .subscriber = "one"}));
  for (std::size_t i = 0; i < shard_count; ++i) {
    const auto reader = hub.connect("127.0.0.1");
    reader->send_bytes("GET /metrics HTTP/1.1\r\nHost: hub\r\n\r\n");
    const std::string text = reader->receive_bytes();
    CHECK(text.contains("malinka_shards 4\n"));
    CHECK(text.contains("malinka_sessions 8\n"));
    CHECK(text.contains("malinka_channels 8\n"));
    CHECK(text.contains("malinka_joins_accepted_total 8\n"));
  }
}

TEST_CASE("what waits on one shard counts against what may wait on the others") {
  Config config = on_four_shards();
  config.queued_bytes_max = 1024UL * 1024;
  TestHub hub(config);
  std::vector<std::unique_ptr<TestClient>> slow;
  std::vector<std::unique_ptr<TestClient>> senders;
  for (int i = 0; i < 16; ++i) {
    const std::string channel = "channel-" + std::to_string(i);
    slow.push_back(hub.join({.channel = channel, .subscriber = "slow"}));
    slow.back()->stop_reading();
    senders.push_back(hub.join({.channel = channel, .subscriber = "sender"}));
    for (int k = 0; k < 8; ++k)
      senders.back()->send(R"({"messageType":"Broadcast","value":")" +
                           std::string(64UL * 1024, 'x') + "\"}");
  }
  CHECK(count_inhabited(hub) > 1);
  CHECK(hub.counters().broadcasts_dropped > 0);
  const std::size_t mistake = shard_count * (SharedBudget::told_step_bytes + 128UL * 1024);
  CHECK(hub.gauges().queued_bytes < config.queued_bytes_max + mistake);
}

}  // namespace malinka::hub

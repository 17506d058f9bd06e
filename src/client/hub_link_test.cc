// SPDX-License-Identifier: MIT
// How a subscriber joins, and comes back: docs/protocol.md section 2.
#include "client/hub_link.h"

#include "client/client_error.h"
#include "client/test_support.h"

using namespace std::chrono_literals;

namespace malinka::client {
namespace {

SubscriberSettings device_settings() {
  SubscriberSettings settings = test_settings();
  settings.is_device = true;
  return settings;
}

TEST_CASE("the first message is the join, with all that the hub must know") {
  World world(device_settings());
  world.settle();
  REQUIRE(world.hub.texts.size() == 1);
  const Json& join = world.hub.texts.front();
  CHECK(join["messageType"] == "Join");
  CHECK(join["channel"] == "home");
  CHECK(join["subscriber"] == "phone");
  CHECK(join["key"] == "secret");
  CHECK(join["device"] == true);
  CHECK(join["maxMessageBytes"] == limits::text_bytes_max);
  CHECK(join["instance"].get<std::string>().size() == 22);  // 128 bits
}

TEST_CASE("a process keeps its instance, so that it replaces its own older link") {
  World world;
  world.settle();
  const Json first = world.hub.texts.front()["instance"];
  world.hub.drop();
  world.settle();
  world.pass(first_retry_max);
  REQUIRE(world.hub.texts.size() == 1);
  CHECK(world.hub.texts.front()["instance"] == first);
}

TEST_CASE("the hub's yes is told, with where we are") {
  World world;
  world.join();
  REQUIRE(world.listener.statuses.size() == 1);
  const ClientStatus& status = world.listener.statuses.front();
  CHECK(status.state == ClientState::joined);
  CHECK(status.is_guarded);
  CHECK(status.channel == "home");
  CHECK(status.name == "phone");
  CHECK(status.hub == "ws://hub.test:31415/bus");
}

TEST_CASE("a hub that cannot be reached is tried again with waits that double") {
  World world;
  world.hub.is_reachable = false;
  world.settle();
  CHECK(world.hub.attempts == 1);
  CHECK(world.listener.statuses.back().error.code == std::errc::connection_refused);
  int attempts = 1;
  for (const auto wait : {500ms, 1000ms, 2000ms, 4000ms}) {
    world.pass(wait - 1ms);
    CHECK(world.hub.attempts == attempts);
    world.pass(1ms);
    CHECK(world.hub.attempts == ++attempts);
  }
}

TEST_CASE("a link that was lost is joined again, and told as lost in between") {
  World world;
  world.join();
  world.hub.drop();
  world.settle();
  CHECK(world.subscriber.status().state == ClientState::connecting);
  CHECK(world.subscriber.status().error.code);
  world.pass(first_retry_max);
  world.join();
  CHECK(world.hub.attempts == 2);
}

TEST_CASE("links that last only a moment do not begin the back-off anew") {
  World world;
  for (const auto wait : {500ms, 1000ms, 2000ms}) {
    world.join();
    world.hub.drop();
    world.settle();
    const int attempts = world.hub.attempts;
    world.pass(wait - 1ms);
    CHECK(world.hub.attempts == attempts);
    world.pass(1ms);
    CHECK(world.hub.attempts == attempts + 1);
  }
}

TEST_CASE("a link that lasted begins the back-off anew") {
  World world;
  world.hub.is_reachable = false;
  world.settle();
  world.pass(500ms);
  world.hub.is_reachable = true;
  world.pass(1000ms);
  world.join();
  world.pass(stable_link);
  world.hub.drop();
  world.settle();
  world.pass(first_retry_max);
  CHECK(world.hub.attempts == 4);
}

TEST_CASE("when the network comes back, a client that waits out a loss tries at once") {
  World world;
  world.hub.is_reachable = false;
  world.settle();
  world.hub.is_reachable = true;
  world.subscriber.network_changed();
  world.settle();
  CHECK(world.hub.attempts == 2);
  world.join();
}

TEST_CASE("when the network changes, a client that was refused keeps waiting") {
  World world;
  world.refuse(ResponseCode::wrong_key);
  world.subscriber.network_changed();
  world.settle();
  CHECK(world.hub.attempts == 1);
}

TEST_CASE("when the network changes, a link that is dead is noticed in seconds") {
  World world;
  world.join();
  world.hub.connection->pause_reading();  // As packets that go nowhere.
  world.subscriber.network_changed();
  world.settle();
  CHECK(world.subscriber.status().state == ClientState::joined);
  world.pass(probe_wait);
  CHECK(world.subscriber.status().state == ClientState::connecting);
  CHECK(world.subscriber.status().error.code == ClientError::hub_silent);
}

TEST_CASE("when the network changes, a link that is alive goes on") {
  World world;
  world.join();
  world.subscriber.network_changed();
  world.settle();
  world.pass(probe_wait);
  CHECK(world.subscriber.status().state == ClientState::joined);
  CHECK(world.hub.attempts == 1);
}

TEST_CASE("401: the refusal is told, and the key tried again every 60 seconds") {
  World world;
  for (int i = 1; i <= 3; ++i) {
    world.refuse(ResponseCode::wrong_key);
    CHECK(world.subscriber.status().state == ClientState::refused);
    CHECK(world.subscriber.status().refusal_code == 401);
    CHECK(world.subscriber.status().error.context == "the hub says no");
    world.pass(60s - 1ms);
    CHECK(world.hub.attempts == i);
    world.pass(1ms);
    CHECK(world.hub.attempts == i + 1);
  }
}

TEST_CASE("409 and 503: tried again with back-off") {
  for (const ResponseCode code : {ResponseCode::conflict, ResponseCode::unavailable}) {
    World world;
    world.refuse(code);
    CHECK(world.subscriber.status().refusal_code == static_cast<int>(code));
    world.pass(500ms);
    world.refuse(code);
    world.pass(999ms);
    CHECK(world.hub.attempts == 2);
    world.pass(1ms);
    CHECK(world.hub.attempts == 3);
  }
}

TEST_CASE("429: not before the hub asked") {
  World world;
  world.refuse(ResponseCode::busy, 30);
  world.pass(30s);
  CHECK(world.hub.attempts == 1);
  world.pass(first_retry_max);
  CHECK(world.hub.attempts == 2);
}

TEST_CASE("400: never again, as the same join would be refused again") {
  World world;
  world.refuse(ResponseCode::malformed);
  world.pass(24h);
  CHECK(world.hub.attempts == 1);
  CHECK(world.subscriber.status().refusal_code == 400);
}

TEST_CASE("a refusal whose answer got lost is known by its close code") {
  World world;
  world.settle();
  world.hub.close(protocol::close_code_of(ResponseCode::wrong_key));
  world.settle();
  CHECK(world.subscriber.status().refusal_code == 401);
  world.pass(59s);
  CHECK(world.hub.attempts == 1);
}

TEST_CASE("a hub that refuses but does not close is left") {
  World world;
  world.settle();
  world.tell(protocol::make_join_refusal({ResponseCode::wrong_key, "no", {}}));
  world.pass(test_settings().connect_timeout);
  CHECK(world.hub.end);
  CHECK(world.subscriber.status().refusal_code == 401);
}

TEST_CASE("a replaced device comes back after five minutes, and not before") {
  World world(device_settings());
  world.join();
  world.hub.close(protocol::close_code_of(ResponseCode::conflict));
  world.settle();
  CHECK(world.subscriber.status().state == ClientState::refused);
  CHECK(world.subscriber.status().error.code == ClientError::replaced);
  world.subscriber.network_changed();
  world.pass(5min - 1ms);
  CHECK(world.hub.attempts == 1);
  world.pass(1ms);
  CHECK(world.hub.attempts == 2);
}

TEST_CASE("a replaced client of a person stops, and says so") {
  World world;
  world.join();
  world.hub.close(protocol::close_code_of(ResponseCode::conflict));
  world.settle();
  CHECK(world.subscriber.status().error.code == ClientError::replaced);
  CHECK(world.subscriber.status().refusal_code == 409);
  world.subscriber.network_changed();
  world.pass(24h);
  CHECK(world.hub.attempts == 1);
}

TEST_CASE("a hub that shuts down is tried again with back-off") {
  World world;
  world.join();
  world.hub.close(wire::close_going_away);
  world.settle();
  CHECK(world.subscriber.status().state == ClientState::connecting);
  CHECK(world.subscriber.status().error.code == ClientError::hub_closed);
  world.pass(first_retry_max);
  CHECK(world.hub.attempts == 2);
}

TEST_CASE("a hub that does not answer the join is left in time") {
  World world;
  world.settle();
  world.pass(test_settings().connect_timeout - 1ms);
  CHECK_FALSE(world.hub.end);
  world.pass(1ms);
  CHECK(world.hub.end);
  CHECK(world.subscriber.status().error.code == ClientError::no_answer);
  world.pass(first_retry_max);
  CHECK(world.hub.attempts == 2);
}

TEST_CASE("what is no answer to a join is not taken for one") {
  for (
      const std::string text :
      {"", "null", "[]", "{}", "{",
       R"({"messageType":"Broadcast","name":"Join","response":{"success":true}})",
       R"({"messageType":"Response","name":"Join"})",
       R"({"messageType":"Response","name":"Join","originator":"@hub","response":{"success":true,"responseCode":200}})"}) {
    CAPTURE(text);
    World world;
    world.settle();
    world.tell(text);
    CHECK(world.subscriber.status().state == ClientState::connecting);
    CHECK(world.subscriber.status().error.code == ClientError::hub_misbehaved);
    world.pass(first_retry_max);
    CHECK(world.hub.attempts == 2);
  }
}

TEST_CASE("a binary message is no answer to a join") {
  World world;
  world.settle();
  world.hub.send(wire::Opcode::binary, as_bytes(protocol::make_join_answer(test_join_answer())));
  world.settle();
  CHECK(world.subscriber.status().error.code == ClientError::hub_misbehaved);
}

TEST_CASE("closing says goodbye with 1000, and is told once all is sent") {
  World world;
  world.join();
  REQUIRE(world.subscriber.broadcast("last", "1", {}, Access::view));
  bool is_closed = false;
  world.subscriber.close(5s, [&] { is_closed = true; });
  CHECK_FALSE(is_closed);
  world.settle();
  CHECK(is_closed);
  REQUIRE(world.hub.texts.size() == 1);
  CHECK(world.hub.texts.front()["name"] == "last");
  REQUIRE(world.hub.end);
  CHECK(world.hub.end->status.code == wire::close_normal);
  CHECK(world.subscriber.status().state == ClientState::closed);
  world.pass(24h);
  CHECK(world.hub.attempts == 1);
}

TEST_CASE("closing does not wait for a hub that does not answer any more") {
  World world;
  world.join();
  world.hub.connection->pause_reading();
  bool is_closed = false;
  world.subscriber.close(2s, [&] { is_closed = true; });
  world.settle();
  CHECK_FALSE(is_closed);
  world.pass(2s);
  CHECK(is_closed);
}

TEST_CASE("closing without a link is done at once, and ends the trying") {
  World world;
  world.hub.is_reachable = false;
  world.settle();
  bool is_closed = false;
  world.subscriber.close(5s, [&] { is_closed = true; });
  CHECK_FALSE(is_closed);
  world.settle();
  CHECK(is_closed);
  world.pass(24h);
  CHECK(world.hub.attempts == 1);
}

TEST_CASE("a subscriber can be destroyed in whatever state it is") {
  {
    const World just_made;
  }
  {
    World connecting;
    connecting.settle();
  }
  {
    World joined;
    joined.join();
  }
  {
    World closing;
    closing.join();
    closing.subscriber.close(5s, [] {});
  }
}

}  // namespace
}  // namespace malinka::client

// SPDX-License-Identifier: MIT
// Getting in: docs/protocol.md section 2, row by row.
#include <doctest/doctest.h>

#include <algorithm>

#include "hub/test_hub.h"

namespace malinka::hub {

TEST_CASE("the answer to a join is the first message, and lists who was there before") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall", .more = R"(,"device":true)"});
  const auto phone = hub.join({.subscriber = "phone"});
  const auto [kitchen, answer] = hub.try_join({.subscriber = "kitchen"});
  CHECK(at(answer, "/name") == "Join");
  CHECK(at(answer, "/originator") == "@hub");
  CHECK(at(answer, "/response/success") == true);
  CHECK(at(answer, "/value/channel") == "home");
  CHECK(at(answer, "/value/subscriber") == "kitchen");
  CHECK(at(answer, "/value/guarded") == false);
  CHECK(at(answer, "/value/subscribers") == Json({"hall", "phone"}));
  CHECK(at(answer, "/value/devices") == Json({"hall"}));
  CHECK(at(answer, "/value/subscriberCount") == 3);
  CHECK(at(answer, "/value/maxTextBytes") == limits::text_bytes_max);
  CHECK(at(answer, "/value/queueBytes") == limits::queue_bytes);
  CHECK(at(answer, "/value/heartbeatSeconds") == limits::heartbeat_seconds);
  CHECK(at(answer, "/value/time") == "2026-01-01T00:00:00.000Z");
}

TEST_CASE("a join that is not one is refused with 400 and a close of 4400") {
  const std::string join = R"({"messageType":"Join","channel":"home","subscriber":"x")";
  const std::string name_129(129, 'n');
  const std::vector<std::string> refused = {
      R"({"messageType":"Join","subscriber":"x"})",
      R"({"messageType":"Join","channel":"home"})",
      R"({"messageType":"Join","channel":"home","subscriber":")" + name_129 + "\"}",
      R"({"messageType":"Join","channel":"home","subscriber":"a\u0007b"})",
      R"({"messageType":"Join","channel":"home","subscriber":"*"})",
      R"({"messageType":"Join","channel":"home","subscriber":"@hub"})",
      R"({"messageType":"Join","channel":"","subscriber":"x"})",
      R"({"messageType":"Join","channel":7,"subscriber":"x"})",
      R"({"messageType":"Broadcast","name":"before the join"})",
      join + R"(,"key":null})",
      join,
      "null",
      "",
      std::string(limits::join_bytes_max + 1, ' ')};
  TestHub hub;
  for (const std::string& text : refused) {
    CAPTURE(text);
    const auto client = hub.connect();
    client->upgrade();
    client->send(text);
    const Json answer = client->receive();
    CHECK(at(answer, "/name") == "Join");
    CHECK(at(answer, "/response/success") == false);
    CHECK(at(answer, "/response/responseCode") == 400);
    CHECK(at(answer, "/response/error").get<std::string>().size() > 5);
    CHECK(client->receive_close_code() == 4400);
  }
  CHECK(hub.gauges().channels == 0);
}

TEST_CASE("a binary message before the join is refused with 400") {
  TestHub hub;
  const auto client = hub.connect();
  client->upgrade("malinka.v1");
  client->send_binary(R"({"messageType":"Broadcast"})", "");
  CHECK(at(client->receive(), "/response/responseCode") == 400);
  CHECK(client->receive_close_code() == 4400);
}

TEST_CASE("who does not join in time is refused with 408") {
  TestHub hub;
  const auto client = hub.connect();
  client->upgrade();
  hub.advance(std::chrono::seconds(9));
  CHECK_FALSE(client->next());
  hub.advance(std::chrono::seconds(2));
  CHECK(at(client->receive(), "/response/responseCode") == 408);
  CHECK(client->receive_close_code() == 4408);
}

TEST_CASE("whatever a join is refused for, it is counted once, by its code") {
  TestHub hub;
  const auto late = hub.connect();
  late->upgrade();
  hub.advance(std::chrono::seconds(11));
  const auto malformed = hub.connect();
  malformed->upgrade();
  malformed->send("null");
  const auto hall = hub.join({.subscriber = "hall", .key = "raspberry"});
  CHECK(hub.join_code({.subscriber = "a", .key = "strawberry"}) == 401);
  const Counters counters = hub.counters();
  CHECK(counters.joins_refused[ResponseCode::timed_out] == 1);
  CHECK(counters.joins_refused[ResponseCode::malformed] == 1);
  CHECK(counters.joins_refused.total() == 3);
}

TEST_CASE("a guarded channel is joined with its key alone") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall", .key = "raspberry"});
  CHECK(hub.join_code({.subscriber = "a", .key = "strawberry"}) == 401);
  CHECK(hub.join_code({.subscriber = "b"}) == 401);
  const auto [phone, answer] = hub.try_join({.subscriber = "phone", .key = "raspberry"});
  CHECK(at(answer, "/value/guarded") == true);
  CHECK(at(answer, "/value/subscribers") == Json({"hall"}));
}

TEST_CASE("a key offered to an open channel is refused, and it is said why") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto [phone, answer] = hub.try_join({.subscriber = "phone", .key = "raspberry"});
  CHECK(at(answer, "/response/responseCode") == 401);
  CHECK(at(answer, "/response/error").get<std::string>().contains("this channel is open"));
  CHECK(phone->receive_close_code() == 4401);
}

TEST_CASE("of two who join an empty channel at once, the first one's key counts") {
  TestHub hub;
  const auto first = hub.connect();
  const auto second = hub.connect();
  first->upgrade();
  second->upgrade();
  // Both joins are there before the hub reads either.
  const auto frame = [](const TestJoin& join) {
    return to_text(
        wire::make_frame(wire::Opcode::text, as_bytes(make_join_text(join)), wire::Role::client));
  };
  first->send_bytes(frame({.subscriber = "first", .key = "raspberry"}));
  second->send_bytes(frame({.subscriber = "second", .key = "strawberry"}));
  std::vector<int> codes = {at(first->receive(), "/response/responseCode").get<int>(),
                            at(second->receive(), "/response/responseCode").get<int>()};
  std::ranges::sort(codes);
  CHECK(codes == std::vector{200, 401});
  CHECK(hub.join_code({.subscriber = "third", .key = "raspberry"}) == 200);
}

TEST_CASE("a channel ends with its last subscriber, and its key with it") {
  TestHub hub;
  auto hall = hub.join({.subscriber = "hall", .key = "raspberry"});
  CHECK(hub.gauges().channels == 1);
  hall->vanish();
  hub.settle();
  CHECK(hub.gauges().channels == 0);
  CHECK(hub.join_code({.subscriber = "someone", .key = "strawberry"}) == 200);
}

TEST_CASE("after too many wrong keys an address is refused with 429, the right key included") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall", .key = "raspberry", .address = "198.51.100.7"});
  for (std::size_t i = 0; i < limits::wrong_keys_max; ++i)
    REQUIRE(hub.join_code({.subscriber = "x", .key = "guess", .address = "203.0.113.9"}) == 401);
  const auto [client, answer] =
      hub.try_join({.subscriber = "x", .key = "raspberry", .address = "203.0.113.9"});
  CHECK(at(answer, "/response/responseCode") == 429);
  CHECK(at(answer, "/value/retryAfterSeconds") == 60);
  CHECK(client->receive_close_code() == 4429);

  hub.advance(std::chrono::seconds(60));
  CHECK(hub.join_code({.subscriber = "x", .key = "raspberry", .address = "203.0.113.9"}) == 200);
}

TEST_CASE("1,000 wrong keys in a row from one address keep nobody else out") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall", .key = "raspberry", .address = "198.51.100.7"});
  for (int i = 0; i < 1000; ++i) {
    const int code = hub.join_code({.subscriber = "x", .key = "guess", .address = "203.0.113.9"});
    REQUIRE(code == (i < 10 ? 401 : 429));
  }
  CHECK(hub.join_code({.subscriber = "phone", .key = "raspberry", .address = "192.0.2.5"}) == 200);
}

TEST_CASE("messages sent right behind a join are handled after it") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto phone = hub.connect();
  phone->upgrade();
  Bytes both = wire::make_frame(
      wire::Opcode::text, as_bytes(make_join_text({.subscriber = "phone"})), wire::Role::client);
  append(both, wire::make_frame(wire::Opcode::text,
                                as_bytes(R"({"messageType":"Broadcast","name":"early"})"),
                                wire::Role::client));
  phone->send_bytes(as_text(both));
  CHECK(at(hall->receive(), "/name") == "hub.joined");
  CHECK(at(hall->receive(), "/name") == "early");
}

TEST_CASE("messages sent right behind a refused join are discarded with it") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall", .key = "raspberry"});
  const auto phone = hub.connect();
  phone->upgrade();
  Bytes both = wire::make_frame(
      wire::Opcode::text, as_bytes(make_join_text({.subscriber = "phone"})), wire::Role::client);
  append(both, wire::make_frame(wire::Opcode::text,
                                as_bytes(R"({"messageType":"Broadcast","name":"early"})"),
                                wire::Role::client));
  phone->send_bytes(as_text(both));
  CHECK(at(phone->receive(), "/response/responseCode") == 401);
  CHECK_FALSE(hall->next());
}

TEST_CASE("a second join is refused with 400, and the connection stays as it was") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto phone = hub.join({.subscriber = "phone"});
  (void)hall->rest();
  phone->send(make_join_text({.channel = "work", .subscriber = "spy"}));
  CHECK(at(phone->receive(), "/response/responseCode") == 400);
  phone->send(R"({"messageType":"Broadcast","name":"still.here"})");
  CHECK(at(hall->receive(), "/originator") == "phone");
  CHECK(hub.gauges().channels == 1);
}

TEST_CASE("a hub that is full refuses a join with 503, and serves those who are in") {
  Config config;
  config.connections_max = 2;
  TestHub hub(config);
  const auto hall = hub.join({.subscriber = "hall"});
  const auto phone = hub.join({.subscriber = "phone"});
  const auto [late, answer] = hub.try_join({.subscriber = "late"});
  CHECK(at(answer, "/response/responseCode") == 503);
  CHECK(late->receive_close_code() == 4503);
  phone->send(R"({"messageType":"Broadcast","name":"fine"})");
  CHECK(hall->rest().contains("fine"));
}

TEST_CASE("beyond what is held open to be told that the hub is full, connections are dropped") {
  Config config;
  config.connections_max = 1;
  TestHub hub(config);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (std::size_t i = 0; i < 1 + limits::connections_spare; ++i) clients.push_back(hub.connect());
  const auto dropped = hub.connect();
  hub.settle();
  CHECK(dropped->is_ended());
  CHECK_FALSE(clients.back()->is_ended());
  CHECK(hub.counters().connections_turned_away == 1);
}

TEST_CASE("a join into a crowd is answered without a list, and the crowd is told its number") {
  TestHub hub;
  std::vector<std::unique_ptr<TestClient>> crowd;
  for (std::size_t i = 0; i < limits::presence_subscribers_max; ++i)
    crowd.push_back(hub.join({.subscriber = "s" + std::to_string(i)}));
  (void)crowd.front()->rest();

  const auto [client, answer] = hub.try_join({.subscriber = "one more"});
  CHECK(at(answer, "/value/subscriberCount") == limits::presence_subscribers_max + 1);
  CHECK(at(answer, "/value/subscribers").is_null());
  CHECK(at(answer, "/value/devices").is_null());
  const Json told = crowd.front()->receive();
  CHECK(at(told, "/name") == "hub.presence");
  CHECK(at(told, "/value/subscriberCount") == limits::presence_subscribers_max + 1);

  const auto another = hub.try_join({.subscriber = "another"}).first;
  CHECK_FALSE(crowd.front()->next());
  hub.advance(std::chrono::seconds(limits::presence_seconds));
  CHECK(at(crowd.front()->receive(), "/value/subscriberCount") ==
        limits::presence_subscribers_max + 2);
}

}  // namespace malinka::hub

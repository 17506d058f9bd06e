// SPDX-License-Identifier: MIT
// Two connections for one name: docs/protocol.md section 2, the row of 409.
#include <doctest/doctest.h>

#include "hub/test_hub.h"

namespace malinka::hub {

TEST_CASE("the same instance replaces its older connection at once, and all are told") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  (void)hall->rest();
  const auto [newer, answer] = hub.try_join({.subscriber = "kitchen", .instance = "i1"});
  CHECK(at(answer, "/response/responseCode") == 200);
  CHECK(at(answer, "/value/subscribers") == Json({"hall"}));
  CHECK(older->receive_close_code() == 4409);

  const Json left = hall->receive();
  CHECK(at(left, "/name") == "hub.left");
  CHECK(at(left, "/value/reason") == "replaced");
  CHECK(at(hall->receive(), "/name") == "hub.joined");
  CHECK_FALSE(hall->next());
  CHECK_FALSE(newer->next());
}

TEST_CASE("two of one name without an instance replace each other") {
  TestHub hub;
  const auto older = hub.join({.subscriber = "kitchen"});
  CHECK(hub.join_code({.subscriber = "kitchen"}) == 200);
  CHECK(older->receive_close_code() == 4409);
}

TEST_CASE("another instance is refused with 409 when the older connection answers") {
  TestHub hub;
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  for (const std::string instance : {"i2", ""}) {
    const auto [newer, answer] = hub.try_join({.subscriber = "kitchen", .instance = instance});
    CHECK(at(answer, "/response/responseCode") == 409);
    CHECK(newer->receive_close_code() == 4409);
  }
  CHECK_FALSE(older->next());
}

TEST_CASE("another instance gets the name when the older connection does not answer in 5 s") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  older->stop_answering_pings();
  (void)hall->rest();
  const auto [newer, none] = hub.try_join({.subscriber = "kitchen", .instance = "i2"});
  CHECK(none.is_null());
  hub.advance(std::chrono::milliseconds(4500));
  CHECK_FALSE(newer->next());
  hub.advance(std::chrono::seconds(1));
  CHECK(at(newer->receive(), "/response/responseCode") == 200);
  CHECK(older->receive_close_code() == 4409);
  CHECK(at(hall->receive(), "/value/reason") == "replaced");
  CHECK(at(hall->receive(), "/name") == "hub.joined");
}

TEST_CASE("another instance gets the name at once when the older connection ends meanwhile") {
  TestHub hub;
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  older->stop_answering_pings();
  const auto [newer, none] = hub.try_join({.subscriber = "kitchen", .instance = "i2"});
  CHECK(none.is_null());
  older->vanish();
  CHECK(at(newer->receive(), "/response/responseCode") == 200);
}

TEST_CASE("nobody without the key can replace a subscriber, or learn that it is there") {
  TestHub hub;
  const auto kitchen = hub.join({.subscriber = "kitchen", .key = "raspberry", .instance = "i1"});
  CHECK(hub.join_code({.subscriber = "kitchen", .instance = "i1"}) == 401);
  CHECK(hub.join_code({.subscriber = "kitchen", .key = "guess", .instance = "i1"}) == 401);
  CHECK(hub.join_code({.subscriber = "kitchen", .key = "guess"}) == 401);
  CHECK_FALSE(kitchen->next());
  CHECK(hub.join_code({.subscriber = "phone", .key = "raspberry"}) == 200);
}

TEST_CASE("of two newcomers who wait for one name, one gets it and the other is refused") {
  TestHub hub;
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  older->stop_answering_pings();
  const auto [second, none] = hub.try_join({.subscriber = "kitchen", .instance = "i2"});
  const auto [third, nothing] = hub.try_join({.subscriber = "kitchen", .instance = "i3"});
  CHECK(none.is_null());
  CHECK(nothing.is_null());
  hub.advance(std::chrono::milliseconds(5500));
  CHECK(at(second->receive(), "/response/responseCode") == 200);
  CHECK(at(third->receive(), "/response/responseCode") == 409);
  CHECK_FALSE(second->next());
}

TEST_CASE("a newcomer that leaves while it waits costs nobody anything") {
  TestHub hub;
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  older->stop_answering_pings();
  auto [newer, none] = hub.try_join({.subscriber = "kitchen", .instance = "i2"});
  newer->vanish();
  hub.advance(std::chrono::seconds(6));
  CHECK_FALSE(older->next());
  CHECK(hub.gauges().connections == 1);
}

TEST_CASE("a newcomer that breaks RFC 6455 while it waits replaces nobody") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  older->stop_answering_pings();
  (void)hall->rest();
  const auto [newer, none] = hub.try_join({.subscriber = "kitchen", .instance = "i2"});
  hub.advance(std::chrono::seconds(3));
  newer->send_bytes("\xFF\xFF");
  CHECK(newer->receive_close_code() == 1002);
  hub.advance(std::chrono::seconds(10));
  CHECK_FALSE(older->next());
  CHECK_FALSE(hall->next());
}

TEST_CASE("what a newcomer says while it waits is handled once it is in") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  older->stop_answering_pings();
  const auto newer = hub.connect();
  newer->upgrade();
  Bytes all = wire::make_frame(
      wire::Opcode::text, as_bytes(make_join_text({.subscriber = "kitchen", .instance = "i2"})),
      wire::Role::client);
  append(all, wire::make_frame(wire::Opcode::text,
                               as_bytes(R"({"messageType":"Broadcast","name":"one"})"),
                               wire::Role::client));
  newer->send_bytes(as_text(all));
  newer->send(R"({"messageType":"Broadcast","name":"two"})");
  (void)hall->rest();
  hub.advance(std::chrono::milliseconds(5500));
  CHECK(at(newer->receive(), "/response/responseCode") == 200);
  CHECK(at(hall->receive(), "/name") == "hub.left");
  CHECK(at(hall->receive(), "/name") == "hub.joined");
  CHECK(at(hall->receive(), "/name") == "one");
  CHECK(at(hall->receive(), "/name") == "two");
}

TEST_CASE("more newcomers than may wait for one name are refused at once") {
  TestHub hub;
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i0"});
  older->stop_answering_pings();
  std::vector<std::unique_ptr<TestClient>> waiting;
  for (std::size_t i = 1; i <= limits::replace_waiting_max; ++i) {
    auto [client, none] =
        hub.try_join({.subscriber = "kitchen", .instance = "i" + std::to_string(i)});
    REQUIRE(none.is_null());
    waiting.push_back(std::move(client));
  }
  CHECK(hub.join_code({.subscriber = "kitchen", .instance = "late"}) == 409);
}

TEST_CASE("what waited for a replaced connection is reported to its senders") {
  TestHub hub;
  const auto phone = hub.join({.subscriber = "phone"});
  const auto older = hub.join({.subscriber = "kitchen", .instance = "i1"});
  (void)phone->rest();
  older->stop_reading();
  const std::string filler(256UL * 1024, 'x');
  for (int i = 0; i < 3; ++i)
    phone->send(R"({"messageType":"Command","id":)" + std::to_string(i) +
                R"(,"recipients":["kitchen"],"value":")" + filler + "\"}");
  CHECK_FALSE(phone->next());
  const auto newer = hub.join({.subscriber = "kitchen", .instance = "i1"});
  const std::string told = phone->rest();
  CHECK(told.contains(R"("requestId":2,"success":false,"responseCode":404)"));
  CHECK(told.contains("replaced"));
  const Counters counters = hub.counters();
  CHECK(counters.copies_sent + counters.copies_failed[ResponseCode::not_found] == 3);
}

}  // namespace malinka::hub

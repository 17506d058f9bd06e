// SPDX-License-Identifier: MIT
// The end of a hub: 1001 to everyone behind what is queued for them, in 5 s at most.
#include <doctest/doctest.h>

#include "hub/test_hub.h"

namespace malinka::hub {

TEST_CASE(
    "a hub that stops says 1001 to everyone, joined or not, and has stopped when all are gone") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto newcomer = hub.connect();
  newcomer->upgrade();
  const auto visitor = hub.connect();
  hub.settle();
  bool has_stopped = false;
  hub.stop([&] { has_stopped = true; });
  CHECK(hall->receive_close_code() == 1001);
  CHECK(newcomer->receive_close_code() == 1001);
  CHECK(visitor->is_ended());
  const Bytes going_away = {std::byte{0x03}, std::byte{0xE9}};
  hall->send_frame(wire::Opcode::close, going_away);
  newcomer->send_frame(wire::Opcode::close, going_away);
  CHECK(has_stopped);
}

TEST_CASE("what was queued before a hub stops still goes out") {
  TestHub hub;
  const auto phone = hub.join({.subscriber = "phone"});
  const auto hall = hub.join({.subscriber = "hall"});
  hall->stop_reading();
  for (int i = 0; i < 100; ++i)
    phone->send(R"({"messageType":"Broadcast","value":")" + std::string(4000, 'x') + "\"}");
  hub.stop([] {});
  hall->start_reading();
  for (int i = 0; i < 100; ++i) REQUIRE(at(hall->receive(), "/originator") == "phone");
  CHECK(hall->receive_close_code() == 1001);
}

TEST_CASE("one that does not answer holds a stopping hub up for 5 s, not longer") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  hall->stop_reading();
  bool has_stopped = false;
  hub.stop([&] { has_stopped = true; });
  hub.advance(std::chrono::milliseconds(4500));
  CHECK_FALSE(has_stopped);
  hub.advance(std::chrono::seconds(1));
  CHECK(has_stopped);
}

TEST_CASE("a hub that stops takes nobody in any more") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  hub.stop([] {});
  const auto late = hub.connect();
  hub.settle();
  CHECK(late->is_ended());
}

TEST_CASE("a hub may stop at any moment of a visitor's requests") {
  const std::string requests =
      "GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n"
      "GET /bus HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  for (int steps = 0; steps < 10; ++steps) {
    CAPTURE(steps);
    TestHub hub;
    const auto visitor = hub.connect();
    visitor->begin_to_send(requests);
    for (int i = 0; i < steps; ++i) hub.step();
    bool has_stopped = false;
    hub.stop([&] { has_stopped = true; });
    visitor->vanish();
    hub.settle();
    CHECK(has_stopped);
  }
}

TEST_CASE("nobody is told of the others' leaving while the hub stops") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  auto phone = hub.join({.subscriber = "phone"});
  (void)hall->rest();
  hub.stop([] {});
  phone->vanish();
  CHECK(hall->receive_close_code() == 1001);
  CHECK_FALSE(hall->next());
}

}  // namespace malinka::hub

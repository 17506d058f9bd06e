// SPDX-License-Identifier: MIT
// The wall clock jumps by a day: messages expire by it, and nothing else in a hub goes by it.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "base/limits.h"
#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr hours day(24);

void jump(TestHub& hub, hours by) { hub.clock().set_wall(hub.clock().wall() + by); }

/// 2026-01-01 is where the clock of a TestHub begins.
const std::string noon =
    R"({"messageType":"Command","id":1,"recipients":["hall"],"expiresAt":"2026-01-01T12:00:00Z"})";

}  // namespace

TEST_CASE("a wall clock that jumps drops nobody") {
  for (const hours by : {day, -day}) {
    TestHub hub;
    const auto hall = hub.join({.subscriber = "hall"});
    const auto phone = hub.join({.subscriber = "phone"});
    jump(hub, by);
    hub.advance(seconds(10 * limits::heartbeat_seconds));
    CHECK(hub.gauges().sessions == 2);
  }
}

TEST_CASE("timers keep their pace when the wall clock jumps") {
  for (const hours by : {day, -day}) {
    TestHub hub;
    const auto mute = hub.join({.subscriber = "mute"});
    mute->stop_answering_pings();
    const auto late = hub.connect();
    late->upgrade();
    jump(hub, by);
    hub.advance(seconds(limits::join_seconds - 1));
    CHECK_FALSE(late->next());
    hub.advance(seconds(2));
    CHECK(at(late->receive(), "/response/responseCode") == 408);
    hub.advance(seconds(2 * limits::heartbeat_seconds - limits::join_seconds - 2));
    CHECK(hub.gauges().sessions == 1);
    hub.advance(seconds(2));
    CHECK(hub.gauges().sessions == 0);
  }
}

TEST_CASE("a message expires when the wall clock has jumped past its time, and not before") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto phone = hub.join({.subscriber = "phone"});
  static_cast<void>(hall->rest());
  phone->send(noon);
  CHECK(at(hall->receive(), "/id") == 1);
  jump(hub, day);
  phone->send(noon);
  CHECK(at(phone->receive(), "/response/responseCode") == 408);
  jump(hub, -2 * day);
  phone->send(noon);
  CHECK(at(hall->receive(), "/id") == 1);
}

TEST_CASE("a message that waits expires when the wall clock jumps past its time") {
  TestHub hub;
  const auto hall = hub.join({.subscriber = "hall"});
  const auto phone = hub.join({.subscriber = "phone"});
  static_cast<void>(hall->rest());
  hall->stop_reading();
  // More than the stream and its connection hold, so that what follows waits.
  for (int i = 0; i < 64; ++i)
    phone->send(R"({"messageType":"Broadcast","value":")" + std::string(10'000, 'x') + "\"}");
  phone->send(noon);
  CHECK_FALSE(phone->next());
  jump(hub, day);
  hall->start_reading();
  CHECK_FALSE(hall->rest().contains(R"("id":1)"));
  CHECK(at(phone->receive(), "/response/responseCode") == 408);
}

}  // namespace malinka::hub

// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/watches.h"

#include "agent/capability/gpio/test_support.h"
#include "base/limits.h"

namespace malinka::agent::gpio {

using test::Bench;
using namespace std::chrono_literals;

TEST_CASE("the edges of a watched line are told, with the time and their number") {
  Bench bench({test::named("door", 27)});
  const Reply reply = bench.watch("door");
  CHECK(reply.value->at("lines")[0] ==
        Json{{"line", 27}, {"name", "door"}, {"value", 0}, {"edges", "both"}, {"seconds", 60}});
  (void)bench.write(17, 1);  // It is wired to 27.
  bench.turn();
  REQUIRE(bench.events.size() == 1);
  CHECK(bench.events[0].at("edges")[0] ==
        Json{{"line", 27},
             {"name", "door"},
             {"edge", "rising"},
             {"value", 1},
             {"timeNanoseconds", bench.clock.now().time_since_epoch().count()},
             {"sequence", 1}});
  CHECK_FALSE(bench.events[0].contains("lost"));
}

TEST_CASE("the edges of a turn are one event, in the order in which they came") {
  Bench bench;
  (void)bench.watch(23);
  (void)bench.watch(24);
  bench.header().drive(24, true);
  bench.clock.advance(1ms);
  bench.header().drive(23, true);
  bench.clock.advance(1ms);
  bench.header().drive(24, false);
  bench.turn();
  REQUIRE(bench.events.size() == 1);
  const Json& edges = bench.events[0].at("edges");
  REQUIRE(edges.size() == 3);
  CHECK(edges[0].at("line") == 24);
  CHECK(edges[1].at("line") == 23);
  CHECK(edges[2].at("sequence") == 2);
}

TEST_CASE("only the edges that were asked for are told") {
  Bench bench;
  (void)bench.watch(23, {{"edges", "falling"}});
  for (const bool level : {true, false, true}) {
    bench.header().drive(23, level);
    bench.turn();
  }
  CHECK(bench.edges() == "falling");
}

TEST_CASE("of an active-low line the edges are those of its value") {
  Bench bench({{.name = "door", .line = 23U, .is_active_low = true}});
  CHECK(bench.watch("door").value->at("lines")[0].at("value") == 1);
  bench.header().drive(23, true);
  bench.turn();
  CHECK(bench.edges() == "falling");
}

TEST_CASE("a bounce is no edge") {
  Bench bench;
  (void)bench.watch(23, {{"debounceMilliseconds", 20}});
  for (const bool level : {true, false, true, false}) {
    bench.header().drive(23, level);
    bench.pass(5ms);
  }
  bench.pass(30ms);
  CHECK(bench.edges().empty());
  bench.header().drive(23, true);
  bench.pass(20ms);
  CHECK(bench.edges() == "rising");
}

TEST_CASE("a watch ends with its time, unless it is asked for again, and its line is free then") {
  Bench bench;
  (void)bench.watch(23, {{"seconds", 10}});
  bench.pass(9s);
  (void)bench.watch(23, {{"seconds", 10}});
  bench.pass(9s);
  CHECK(bench.listed(23).at("watched") == true);
  bench.header().drive(23, true);
  bench.pass(1s);
  CHECK(bench.edges() == "rising");
  CHECK_FALSE(bench.listed(23).contains("watched"));
  CHECK_FALSE(bench.pin(23).info.is_used);
}

TEST_CASE("who ends a watch ends none of others") {
  Bench bench;
  (void)bench.watch(23, {{"edges", "rising"}}, "phone");
  (void)bench.watch(23, {{"edges", "falling"}}, "laptop");
  bench.header().drive(23, true);
  bench.header().drive(23, false);
  bench.turn();
  CHECK(bench.edges() == "rising falling");
  CHECK(bench.watch(23, {{"edges", "none"}}, "laptop").value->at("lines")[0].at("seconds") == 0);
  bench.header().drive(23, true);
  bench.header().drive(23, false);
  bench.turn();
  CHECK(bench.edges() == "rising falling rising");
  (void)bench.watch(23, {{"edges", "none"}}, "phone");
  CHECK_FALSE(bench.pin(23).info.is_used);
}

TEST_CASE("an output is not watched: that would make it an input") {
  Bench bench;
  (void)bench.write(17, 1);
  bench.pin(20).info.direction = Direction::output;
  bench.header().drive(20, true);
  for (const unsigned line : {17U, 20U}) {
    const Reply reply = bench.watch(line);
    CHECK(reply.code == ResponseCode::conflict);
    CHECK(reply.error.contains("is an output"));
    CHECK(bench.pin(line).info.direction == Direction::output);
    CHECK(bench.pin(line).level);
  }
}

TEST_CASE("a watched line is not written until its watch is over") {
  Bench bench;
  (void)bench.watch(23);
  const Reply reply = bench.write(23, 1);
  CHECK(reply.code == ResponseCode::conflict);
  CHECK(reply.error.contains("is watched"));
  CHECK(bench.pin(23).info.direction == Direction::input);
  bench.pass(60s);
  CHECK(bench.write(23, 1).code == ResponseCode::done);
}

TEST_CASE("a line that agent.toml has watched is so from the start and for ever, with its pull") {
  Bench bench(
      {{.name = "door", .line = 23U, .pull = Pull::up, .watch = Edges::falling, .debounce = 5ms}});
  CHECK(bench.pin(23).level);
  CHECK(bench.listed(23).at("watched") == true);
  bench.pass(1h);
  bench.header().drive(23, false);
  bench.pass(5ms);
  CHECK(bench.edges() == "falling");
  (void)bench.watch("door", {{"edges", "none"}});
  CHECK(bench.listed(23).at("watched") == true);
  CHECK(bench.write("door", 1).code == ResponseCode::denied);
}

TEST_CASE("a pull does not move a line that something drives") {
  Bench bench({{.name = "door", .line = 27U, .pull = Pull::up, .watch = Edges::both}});
  (void)bench.write(17, 0);  // It is wired to 27.
  CHECK(bench.read("door") == 0);
  (void)bench.watch("door");
  CHECK(bench.read("door") == 0);
}

TEST_CASE("who may only look keeps nobody from writing a line") {
  Bench bench;
  bench.access = Access::view;
  (void)bench.watch(23, {{"seconds", 3600}}, "viewer");
  bench.access = Access::control;
  CHECK(bench.write(23, 1).code == ResponseCode::done);
  CHECK(bench.pin(23).level);
  CHECK(bench.listed(23).at("direction") == "output");
  bench.access = Access::view;
  (void)bench.watch(24, {{"seconds", 3600}}, "viewer");
  bench.access = Access::control;
  (void)bench.watch(24, {{"seconds", 3600}}, "owner");
  CHECK(bench.write(24, 1).code == ResponseCode::conflict);
}

TEST_CASE("who may only look says how still a line must be where nobody else listens") {
  Bench bench;
  bench.access = Access::view;
  (void)bench.watch(23, {{"debounceMilliseconds", 1000}}, "viewer");
  (void)bench.watch(24, {{"edges", "both"}}, "owner");
  (void)bench.watch(24, {{"debounceMilliseconds", 1000}}, "viewer");
  bench.header().drive(23, true);
  bench.header().drive(24, true);
  bench.pass(10ms);
  CHECK(bench.edges() == "rising");
  bench.pass(1s);
  CHECK(bench.edges() == "rising rising");
}

TEST_CASE("what viewers said of a line is over once somebody in control watches it") {
  Bench bench;
  bench.access = Access::view;
  (void)bench.watch(23, {{"debounceMilliseconds", 1000}}, "viewer");
  bench.access = Access::control;
  (void)bench.watch(23, Json::object(), "owner");
  bench.header().drive(23, true);
  bench.pass(10ms);
  CHECK(bench.edges() == "rising");
}

TEST_CASE("viewers who fill a line make room for somebody in control") {
  Bench bench;
  bench.access = Access::view;
  for (std::size_t i = 0; i < limits::gpio_watchers_max; ++i)
    (void)bench.watch(23, {{"seconds", 3600}}, "viewer " + std::to_string(i));
  CHECK(bench.watch(23, Json::object(), "one more").code == ResponseCode::busy);
  bench.access = Access::control;
  CHECK(bench.watch(23).code == ResponseCode::done);
  bench.access = Access::view;
  CHECK(bench.watch(23, Json::object(), "one more").code == ResponseCode::done);
}

TEST_CASE("of several lines all are watched, or none") {
  Bench bench;
  (void)bench.watch(23, {{"edges", "rising"}});
  bench.pin(25).is_contested = true;
  const Reply reply = bench.ask("gpio.watch", {{"lines", {23, 24, 25}}, {"edges", "falling"}});
  CHECK(reply.code == ResponseCode::conflict);
  CHECK_FALSE(bench.listed(24).contains("watched"));
  CHECK_FALSE(bench.pin(24).info.is_used);
  bench.header().drive(23, true);
  bench.header().drive(23, false);
  bench.turn();
  CHECK(bench.edges() == "rising");
}

TEST_CASE("ten thousand watches are no more than there are lines and watchers") {
  Bench bench;
  std::size_t refused = 0;
  for (int i = 0; i < 10'000; ++i)
    if (bench.watch(23, Json::object(), "fool " + std::to_string(i)).code == ResponseCode::busy)
      ++refused;
  CHECK(refused == 10'000 - limits::gpio_watchers_max);
  bench.pass(60s);
  CHECK(bench.watch(23).code == ResponseCode::done);
}

TEST_CASE("edges that the kernel dropped are counted") {
  Bench bench;
  (void)bench.watch(23);
  bench.header().drive(23, true);
  bench.pin(23).holder->drop_edges(3);
  bench.header().drive(23, false);
  bench.turn();
  REQUIRE(bench.events.size() == 1);
  CHECK(bench.events[0].at("lost") == 3);
  CHECK(bench.events[0].at("edges")[1].at("sequence") == 5);
  bench.header().drive(23, true);
  bench.turn();
  CHECK_FALSE(bench.events[1].contains("lost"));
}

TEST_CASE("more edges than one event has are told in several") {
  Bench bench;
  (void)bench.watch(23);
  for (std::size_t i = 0; i < limits::gpio_edges_max + 1; ++i) bench.header().drive(23, i % 2 == 0);
  bench.turn();
  REQUIRE(bench.events.size() == 2);
  CHECK(bench.events[0].at("edges").size() == limits::gpio_edges_max);
  CHECK(bench.events[1].at("edges").size() == 1);
}

TEST_CASE("a watch goes with its chip, and can be asked for again when that is back") {
  Bench bench;
  (void)bench.watch(23);
  bench.driver->remove();
  bench.turn();
  bench.driver->put_back();
  bench.turn();
  CHECK_FALSE(bench.listed(23).contains("watched"));
  CHECK(bench.watch(23).code == ResponseCode::done);
  bench.header().drive(23, true);
  bench.turn();
  CHECK(bench.edges() == "rising");
}

TEST_CASE("the line that changes by itself does so every second while it is watched") {
  Bench bench;
  (void)bench.watch(22);
  for (int i = 0; i < 4; ++i) bench.pass(1s);
  CHECK(bench.edges().size() == std::string("rising falling rising falling").size());
}

}  // namespace malinka::agent::gpio

// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/gpio.h"

#include "agent/capability/gpio/test_support.h"

namespace malinka::agent::gpio {

using test::Bench;
using test::named;
using namespace std::chrono_literals;

TEST_CASE("a line that is written is an output with that value, and can be read back") {
  Bench bench;
  const Reply reply = bench.write(17, 1);
  REQUIRE(reply.code == ResponseCode::done);
  CHECK(reply.value->at("lines")[0] == Json{{"line", 17}, {"value", 1}, {"direction", "output"}});
  CHECK(bench.pin(17).level);
  CHECK(bench.read(17) == 1);
  CHECK(bench.write("GPIO17", 0).code == ResponseCode::done);
  CHECK_FALSE(bench.pin(17).level);
}

TEST_CASE("to read an output that is held changes neither its direction nor its value") {
  Bench bench;
  (void)bench.write(17, 1);
  for (int i = 0; i < 3; ++i) CHECK(bench.read(17) == 1);
  CHECK(bench.pin(17).info.direction == Direction::output);
  CHECK(bench.pin(17).level);
}

TEST_CASE("to read an output that somebody else left changes nothing of it, then or later") {
  Bench bench;
  bench.pin(20).info.direction = Direction::output;
  bench.header().drive(20, true);
  const Reply reply = bench.ask("gpio.read", {{"lines", {20}}});
  CHECK(reply.value->at("lines")[0] == Json{{"line", 20}, {"value", 1}, {"direction", "output"}});
  // The Pi's controller would make it an input if it were freed: so it is held.
  CHECK(bench.pin(20).info.direction == Direction::output);
  CHECK(bench.pin(20).level);
  CHECK(bench.listed(20).at("held") == true);
}

TEST_CASE("an input is read and let go again") {
  Bench bench;
  bench.header().drive(23, true);
  CHECK(bench.read(23) == 1);
  CHECK_FALSE(bench.pin(23).info.is_used);
  CHECK(bench.pin(23).info.direction == Direction::input);
}

TEST_CASE("a pin that a bus uses is left to it, and stays its own where it was read") {
  Bench bench;
  bench.settings = {{.name = "data", .line = 2U, .access = LineAccess::read}};
  bench.prepare = [](SimulatedDriver& driver) {
    driver.use_pin(2, "i2c@1");
    driver.use_pin(3, "i2c@1");
  };
  bench.start();
  CHECK(bench.write(3, 1).error.contains("i2c@1 uses its pin"));
  CHECK(bench.read(3) == -1);
  CHECK(bench.read("data") == 0);
  // Freed, it would be an input, and no bus any more.
  CHECK(bench.listed(2).at("held") == true);
  CHECK(bench.watch("data").code == ResponseCode::conflict);
}

TEST_CASE("several lines are written together, under every name they have") {
  Bench bench({named("lamp", 5)});
  const Reply reply = bench.ask("gpio.write", {{"lines",
                                                {{{"line", "lamp"}, {"value", 1}},
                                                 {{"line", 6}, {"value", 0}},
                                                 {{"line", "GPIO16"}, {"value", 1}}}}});
  REQUIRE(reply.code == ResponseCode::done);
  CHECK(reply.value->at("lines")[0].at("name") == "lamp");
  CHECK(bench.pin(5).level);
  CHECK_FALSE(bench.pin(6).level);
  CHECK(bench.pin(16).level);
  // Taken together, they change together.
  CHECK(bench.pin(5).holder == bench.pin(16).holder);
}

TEST_CASE("where one of several lines cannot be written, none is") {
  Bench bench;
  (void)bench.write(5, 0);
  const Reply reply = bench.ask(
      "gpio.write",
      {{"lines",
        {{{"line", 5}, {"value", 1}}, {{"line", 6}, {"value", 1}}, {{"line", 4}, {"value", 1}}}}});
  CHECK(reply.code == ResponseCode::conflict);
  CHECK(reply.error.contains("GPIO4 is used by \"onewire@0\""));
  CHECK_FALSE(bench.pin(5).level);
  CHECK_FALSE(bench.pin(6).info.is_used);
  CHECK(bench.pin(6).info.direction == Direction::input);
}

TEST_CASE("an active-low line is low where it is on") {
  Bench bench({{.name = "relay", .line = 5U, .is_active_low = true}});
  (void)bench.write("relay", 1);
  CHECK_FALSE(bench.pin(5).level);
  CHECK(bench.read("relay") == 1);
  (void)bench.write("relay", 0);
  CHECK(bench.pin(5).level);
  CHECK(bench.listed(5).at("activeLow") == true);
}

TEST_CASE("an active-low output that somebody else left is read inverted, and stays as it is") {
  Bench bench({{.name = "relay", .line = 20U, .is_active_low = true}});
  bench.pin(20).info.direction = Direction::output;
  bench.header().drive(20, true);
  CHECK(bench.read("relay") == 0);
  CHECK(bench.read("relay") == 0);
  CHECK(bench.pin(20).level);
}

TEST_CASE("a line has its safe value from the start and at the end") {
  Bench bench({{.name = "pump", .line = 5U, .safe = true}});
  CHECK(bench.pin(5).info.direction == Direction::output);
  CHECK(bench.pin(5).level);
  (void)bench.write("pump", 0);
  bool last = false;
  const auto header = &bench.header();
  CHECK_FALSE(header->pin(5).level);
  // A second holder in its place sees the last level before it is freed.
  header->on_freed = [&](unsigned offset, bool level) { last = offset == 5 && level; };
  bench.gpio.reset();
  CHECK(last);
}

TEST_CASE("a line that is somebody else's at the start is taken when that lets it go") {
  Bench bench;
  bench.settings = {{.name = "pump", .line = 5U, .safe = true}};
  bench.prepare = [](SimulatedDriver& driver) { driver.take(5, "gpioset"); };
  bench.start();
  CHECK(bench.gpio->describe().at("problems")[0].get<std::string>().contains("gpioset"));
  bench.driver->give_back(5);
  bench.turn();
  CHECK(bench.pin(5).level);
  CHECK_FALSE(bench.gpio->describe().contains("problems"));
}

TEST_CASE("a line that another program has is refused by that program's name, until it is free") {
  Bench bench;
  bench.driver->take(5, "gpioset");
  for (const char* const command : {"gpio.read", "gpio.watch"}) {
    const Reply reply = bench.ask(command, {{"lines", {5}}});
    CHECK(reply.code == ResponseCode::conflict);
    CHECK(reply.error.contains("\"gpioset\""));
  }
  CHECK(bench.write(5, 1).error.contains("\"gpioset\""));
  bench.driver->give_back(5);
  CHECK(bench.write(5, 1).code == ResponseCode::done);
}

TEST_CASE("a chip that is gone is said, and works again when it is back") {
  Bench bench({{.name = "pump", .line = 5U, .safe = true}});
  (void)bench.write(17, 1);
  bench.driver->remove();
  CHECK(bench.write(17, 0).code == ResponseCode::not_supported);
  bench.turn();
  const Reply listed = bench.ask("gpio.list", Json::object());
  CHECK(listed.value->at("lines").empty());
  CHECK(listed.value->at("problems")[0].get<std::string>().contains("there is no GPIO chip"));
  CHECK(bench.gpio->describe().at("problems").size() == 2);
  bench.driver->put_back();
  bench.turn();
  CHECK(bench.pin(5).level);
  CHECK(bench.write(17, 1).code == ResponseCode::done);
  CHECK_FALSE(bench.gpio->describe().contains("problems"));
  CHECK_FALSE(bench.ask("gpio.list", Json::object()).value->contains("problems"));
}

TEST_CASE("a pulse is answered when it is over") {
  Bench bench;
  bench.begin("gpio.pulse", {{"line", 17}, {"milliseconds", 200}});
  CHECK(bench.pin(17).level);
  bench.pass(199ms);
  CHECK(bench.pin(17).level);
  CHECK(bench.replies.empty());
  bench.pass(1ms);
  CHECK_FALSE(bench.pin(17).level);
  REQUIRE(bench.replies.size() == 1);
  CHECK(*bench.replies[0].value == Json{{"line", 17}, {"milliseconds", 200}});
}

TEST_CASE("of one line there is one pulse at a time") {
  Bench bench;
  bench.begin("gpio.pulse", {{"line", 17}, {"milliseconds", 200}, {"value", 0}});
  const Reply second = bench.ask("gpio.pulse", {{"line", 17}, {"milliseconds", 5}});
  CHECK(second.code == ResponseCode::conflict);
  bench.pass(200ms);
  CHECK(bench.pin(17).level);
  bench.begin("gpio.pulse", {{"line", 17}, {"milliseconds", 5}});
  bench.pass(5ms);
  CHECK(bench.replies.size() == 2);
}

TEST_CASE("who writes a line meanwhile ends its pulse") {
  Bench bench;
  bench.begin("gpio.pulse", {{"line", 17}, {"milliseconds", 200}, {"value", 0}});
  bench.gpio->run({"gpio.write",
                   "phone",
                   std::make_shared<const Json>(Json{{"lines", {{{"line", 17}, {"value", 0}}}}}),
                   {}},
                  [](const Reply& reply) { CHECK(reply.code == ResponseCode::done); });
  REQUIRE(bench.replies.size() == 1);
  CHECK(bench.replies[0].code == ResponseCode::conflict);
  bench.pass(300ms);
  CHECK_FALSE(bench.pin(17).level);
}

TEST_CASE("a pulse ends with the agent: at the safe value, else at the value after it") {
  Bench bench({{.name = "valve", .line = 5U, .safe = true}});
  bench.begin("gpio.pulse", {{"line", 17}, {"milliseconds", 60000}, {"value", 0}});
  bench.begin("gpio.pulse", {{"line", "valve"}, {"milliseconds", 60000}, {"value", 0}});
  std::map<unsigned, bool> last;
  bench.header().on_freed = [&](unsigned offset, bool level) { last[offset] = level; };
  bench.gpio.reset();
  CHECK(last == std::map<unsigned, bool>{{5, true}, {17, true}});
  CHECK(bench.replies.size() == 2);
}

TEST_CASE("a pulse whose chip goes is answered") {
  Bench bench;
  bench.begin("gpio.pulse", {{"line", 17}, {"milliseconds", 200}});
  bench.driver->remove();
  bench.turn();
  REQUIRE(bench.replies.size() == 1);
  CHECK(bench.replies[0].code == ResponseCode::failed);
  bench.pass(200ms);
  CHECK(bench.replies.size() == 1);
}

TEST_CASE("what is no line, or not to be used, is refused with what would help") {
  Bench bench({{.name = "meter", .line = 6U, .access = LineAccess::read},
               {.name = "key", .line = 7U, .access = LineAccess::none}});
  CHECK(
      bench.write(99, 1).error.contains("there is no line 99: simulated header has lines 0 to 27"));
  CHECK(bench.write(-1, 1).code == ResponseCode::not_found);
  CHECK(bench.write("lmap", 1).error.contains("\"lmap\""));
  CHECK(bench.write("", 1).code == ResponseCode::not_found);
  CHECK(bench.write(std::string(5000, 'x'), 1).error.size() < 250);
  const Reply reply = bench.write(0, 1);
  CHECK(reply.code == ResponseCode::denied);
  CHECK(reply.error.contains("line = 0"));
  CHECK(bench.write("meter", 1).error.contains("access = \"read\" in [gpio.lines.meter]"));
  CHECK(bench.read("meter") == 0);
  CHECK(bench.ask("gpio.read", {{"lines", {"key"}}}).code == ResponseCode::denied);
  CHECK_FALSE(bench.pin(0).info.is_used);
}

TEST_CASE("the same line twice in one write is refused, whatever it is called") {
  Bench bench({named("lamp", 5)});
  const Reply reply = bench.ask(
      "gpio.write", {{"lines", {{{"line", 5}, {"value", 1}}, {{"line", "lamp"}, {"value", 0}}}}});
  CHECK(reply.code == ResponseCode::malformed);
  CHECK(reply.error.contains("named twice"));
  CHECK_FALSE(bench.pin(5).info.is_used);
}

TEST_CASE("all lines of the header are listed, with what uses them and what may be done") {
  Bench bench({named("lamp", 17)});
  (void)bench.write("lamp", 1);
  const Reply reply = bench.ask("gpio.list", Json::object());
  CHECK(reply.value->at("chips")[0].at("header") == true);
  CHECK(reply.value->at("lines").size() == 28);
  CHECK(bench.listed(4).at("consumer") == "onewire@0");
  CHECK(bench.listed(0).at("access") == "none");
  CHECK(bench.listed(5).at("access") == "write");
  CHECK_FALSE(bench.listed(5).contains("value"));
  const Json lamp = bench.listed(17);
  CHECK(lamp.at("name") == "lamp");
  CHECK(lamp.at("kernelName") == "GPIO17");
  CHECK(lamp.at("held") == true);
  CHECK(lamp.at("value") == 1);
  CHECK(lamp.at("direction") == "output");
}

TEST_CASE("what agent.toml says of a line that is not there, or twice, is a problem that is told") {
  Bench bench({named("far", 99), named("lamp", 5), named("light", 5)});
  const Json problems = bench.gpio->describe().at("problems");
  CHECK(problems[0].get<std::string>().contains("[gpio.lines.far]"));
  CHECK(problems[1].get<std::string>().contains("[gpio.lines.light]"));
  CHECK(bench.write("far", 1).code == ResponseCode::not_found);
  CHECK(bench.write("light", 1).code == ResponseCode::not_found);
}

TEST_CASE("a line that two tables mean may not be used, whatever either of them says") {
  Bench bench({named("alarm", 22),
               {.name = "lock", .line = std::string("GPIO22"), .access = LineAccess::none}});
  CHECK(bench.write(22, 1).code == ResponseCode::denied);
  CHECK(bench.read("alarm") == -1);
}

TEST_CASE("the value of a line that may not be read is not listed") {
  Bench bench({{.name = "secret", .line = 23U, .access = LineAccess::none, .pull = Pull::up}});
  CHECK(bench.listed(23).at("access") == "none");
  CHECK_FALSE(bench.listed(23).contains("value"));
}

}  // namespace malinka::agent::gpio

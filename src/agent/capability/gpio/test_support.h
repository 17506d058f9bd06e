// SPDX-License-Identifier: MIT
// A board on a clock that is turned by hand, and what came of the commands to it.

#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/capability/gpio/gpio.h"
#include "agent/capability/gpio/simulated_driver.h"
#include "agent/capability/gpio/simulated_lines.h"
#include "base/json.h"

namespace malinka::agent::gpio::test {

using namespace std::chrono_literals;

struct Bench {
  explicit Bench(std::vector<LineSettings> lines = {}) : settings(std::move(lines)) { start(); }

  /// Another agent, on the same board.
  void start() {
    auto passed_on = std::make_unique<SimulatedDriver>(*loop);
    driver = passed_on.get();
    if (prepare) prepare(*driver);
    gpio = std::make_unique<Gpio>(
        *loop, GpioSettings{.driver = std::move(passed_on), .lines = settings},
        [this](std::string_view name, const Json& value, const std::optional<Blob>&) {
          REQUIRE(name == "gpio.edge");
          events.push_back(value);
        });
  }

  /// The reply to one command, which comes at once.
  Reply ask(const std::string& command, const Json& value, const std::string& who = "phone") {
    const std::size_t before = replies.size();
    begin(command, value, who);
    REQUIRE(replies.size() == before + 1);
    Reply reply = std::move(replies.back());
    replies.pop_back();
    return reply;
  }
  void begin(const std::string& command, const Json& value, const std::string& who = "phone") {
    gpio->run({command, who, std::make_shared<const Json>(value), {}, access},
              [this](Reply reply) { replies.push_back(std::move(reply)); });
  }
  /// A line's value where it is read; -1 where it is refused.
  int read(const Json& line) {
    const Reply reply = ask("gpio.read", {{"lines", {line}}});
    return reply.code == ResponseCode::done ? reply.value->at("lines")[0].at("value").get<int>()
                                            : -1;
  }
  Reply write(const Json& line, int value) {
    return ask("gpio.write", {{"lines", {{{"line", line}, {"value", value}}}}});
  }
  Reply watch(const Json& line, Json more = Json::object(), const std::string& who = "phone") {
    more["lines"] = {line};
    return ask("gpio.watch", more, who);
  }
  /// What gpio.list says of a line.
  Json listed(unsigned line) {
    return ask("gpio.list", Json::object()).value->at("lines").at(line);
  }
  void pass(std::chrono::milliseconds time) {
    clock.advance(time);
    turn();
  }
  void turn() {
    for (int i = 0; i < 4; ++i) loop->run_turn(0ms);
  }
  /// As `rising falling`: all edges that were told, whichever line they are of.
  std::string edges() const {
    std::string all;
    for (const Json& event : events)
      for (const Json& edge : event.at("edges"))
        all += (all.empty() ? "" : " ") + edge.at("edge").get<std::string>();
    return all;
  }
  SimulatedHeader& header() const { return driver->header(); }
  Pin& pin(unsigned offset) const { return header().pin(offset); }

  Access access = Access::control;  ///< Of whoever asks next.
  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  std::vector<LineSettings> settings;
  std::function<void(SimulatedDriver&)> prepare;
  std::vector<Reply> replies;
  std::vector<Json> events;
  SimulatedDriver* driver = nullptr;  // The board's own.
  std::unique_ptr<Gpio> gpio;
};

inline LineSettings named(std::string name, unsigned line) {
  return {.name = std::move(name), .line = line};
}

}  // namespace malinka::agent::gpio::test

// SPDX-License-Identifier: MIT
#include "cli/event_text.h"

#include <doctest/doctest.h>

#include "base/json.h"

namespace malinka::cli {
namespace {

Message event_of(std::string originator, std::string name, std::string value) {
  Message event;
  event.originator = std::move(originator);
  event.name = std::move(name);
  event.value = std::move(value);
  return event;
}

TEST_CASE("a reading is summarised by what it has") {
  const auto reading =
      parse_json(R"({"uptimeSeconds":7260,"cpu":{"loadPercent":12.4,"temperatureCelsius":48.31},
      "memory":{"usedPercent":34},"sensors":[{"name":"hall","temperatureCelsius":21.4,"humidityPercent":40}]})");
  CHECK(reading_text(*reading) ==
        "cpu 12 %, 48.3 °C; memory 34 %; hall 21.4 °C, 40 %; up 2 h 1 min");
}

TEST_CASE("a reading with members of the wrong kind is summarised without them") {
  const auto reading =
      parse_json(R"({"cpu":7,"memory":{"usedPercent":"34"},"sensors":[1,{"name":2}]})");
  CHECK(reading_text(*reading).empty());
}

TEST_CASE("all that a sensor measures is said, and how old it is where it is not new") {
  const auto reading = parse_json(R"({"sensors":[{"name":"hall","temperatureCelsius":21.4,
      "values":[{"quantity":"temperature","value":21.4,"unit":"°C"},{"quantity":"humidity","value":40.3,
      "unit":"%"},{"quantity":"pressure","value":101.32,"unit":"kPa"},5,{"unit":7},{"unit":"V","value":"x"}],
      "ageSeconds":75,"error":"humidity: Input/output error"}]})");
  CHECK(reading_text(*reading) ==
        "hall 21.4 °C, 40 %, 101.3 kPa 1 min ago: humidity: Input/output error");
}

TEST_CASE("a board that wants power says so, and one that has it says nothing") {
  CHECK(reading_text(*parse_json(R"({"throttled":{"underVoltage":true,"throttled":true}})")) ==
        "under-voltage, throttled");
  CHECK(
      reading_text(*parse_json(R"({"throttled":{"underVoltage":false,"throttledSinceBoot":true}})"))
          .empty());
  CHECK(reading_text(*parse_json(R"({"throttled":[true]})")).empty());
}

TEST_CASE("a sensor that cannot be read says why") {
  const auto reading = parse_json(R"({"sensors":[{"name":"hall","error":"no such device"}]})");
  CHECK(reading_text(*reading) == "hall no such device");
}

TEST_CASE("presence is about the subscriber that it names") {
  const Message left = event_of("@hub", "hub.left", R"({"subscriber":"hall","reason":"lost"})");
  CHECK(subject_of(left) == "hall");
  CHECK(event_text(left) == "left (lost)");
  CHECK(event_text(event_of("@hub", "hub.joined", R"({"subscriber":"hall"})")) == "joined");
}

TEST_CASE("edges are told by name or number, the first few of many, and how many were lost") {
  const auto text = [](const char* value) {
    return event_text(event_of("hall", "gpio.edge", value));
  };
  CHECK(
      text(
          R"({"edges":[{"line":27,"name":"door","edge":"rising"},{"line":5,"edge":"falling"}]})") ==
      "door rising; 5 falling");
  CHECK(
      text(
          R"({"edges":[{"line":1,"edge":"rising"},{"line":2,"edge":"rising"},{"line":3,"edge":"rising"},
      {"line":4,"edge":"rising"},{"line":5,"edge":"rising"},{"line":6,"edge":"rising"}],"lost":7})") ==
      "1 rising; 2 rising; 3 rising; 4 rising; 2 more; 7 lost");
  CHECK(text(R"({"edges":[{"name":"\u001b[2J","edge":7}]})") == R"(\x1b[2J )");
  CHECK(text(R"({"edges":7})") == R"(gpio.edge {"edges":7})");
}

TEST_CASE("a TV's power is said in words, with whose picture it shows") {
  CHECK(event_text(event_of("hall", "tv.power", R"({"power":"on","focused":true})")) ==
        "TV on, showing this device");
  CHECK(event_text(event_of("hall", "tv.power", R"({"power":"turning off","focused":false})")) ==
        "TV turning off");
  CHECK(event_text(event_of("hall", "tv.power", "{\"power\":\"on\x1b[2J\"}")) != "TV on\x1b[2J");
  CHECK(event_text(event_of("hall", "tv.power", R"({"power":7})")) == R"(tv.power {"power":7})");
}

TEST_CASE("only the hub tells of presence") {
  const Message forged = event_of("mallory", "hub.left", R"({"subscriber":"hall"})");
  CHECK(subject_of(forged) == "mallory");
  CHECK(event_text(forged) == R"(hub.left {"subscriber":"hall"})");
}

TEST_CASE("an event of any kind is one line, safe for a terminal and not too long") {
  CHECK(event_text(event_of("hall", "gpio.edge\x1b[2J", "{}")) == R"(gpio.edge\x1b[2J {})");
  const std::string text = event_text(event_of("hall", "x", "\"" + std::string(5000, 'a') + "\""));
  CHECK(text.size() < 300);
}

}  // namespace
}  // namespace malinka::cli

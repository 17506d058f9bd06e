// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/permission.h"

#include <doctest/doctest.h>

namespace malinka::agent::gpio {
namespace {

LineFacts header_line(unsigned gpio, std::string use = "") {
  return {.offset = gpio, .pin_gpio = gpio, .use = std::move(use)};
}

}  // namespace

TEST_CASE("the header's free pins may be written, and nothing else of a Pi") {
  for (const unsigned gpio : {2U, 17U, 27U})
    CHECK(permission_of(header_line(gpio)).access == LineAccess::write);
  for (const unsigned gpio : {0U, 1U, 28U, 53U})
    CHECK(permission_of(header_line(gpio)).access == LineAccess::none);
}

TEST_CASE("the pins of a bus are its own, and the reason says what to put in agent.toml") {
  const Permission permission = permission_of(header_line(2, "i2c@7e804000"));
  CHECK(permission.access == LineAccess::none);
  CHECK(permission.reason.contains("i2c@7e804000 uses its pin"));
  CHECK(permission.reason.contains("[gpio.lines.NAME] with line = 2 and access ="));
}

TEST_CASE("of a board that is not known no line is touched unless agent.toml names it") {
  const Permission permission = permission_of({.offset = 3, .chip = "INT34C5:00"});
  CHECK(permission.access == LineAccess::none);
  CHECK(permission.reason.contains("chip = \"INT34C5:00\""));
}

TEST_CASE("what agent.toml says of a line goes before what is known of it") {
  LineSettings line{.name = "lamp", .line = 2U};
  LineFacts facts = header_line(2, "i2c@7e804000");
  facts.settings = &line;
  CHECK(permission_of(facts).access == LineAccess::none);
  CHECK(permission_of(facts).reason.contains("in [gpio.lines.lamp]"));
  line.access = LineAccess::write;
  CHECK(permission_of(facts).access == LineAccess::write);
  line.access = LineAccess::read;
  CHECK(permission_of(facts).access == LineAccess::read);
  line.access = LineAccess::none;
  CHECK(permission_of(facts).access == LineAccess::none);
}

TEST_CASE("a line with a safe value may be written, one that is an input only read") {
  LineSettings pump{.name = "pump", .line = 30U, .safe = false};
  LineSettings door{.name = "door", .line = 5U, .pull = Pull::up};
  LineFacts facts = header_line(5);
  facts.settings = &pump;
  CHECK(permission_of(facts).access == LineAccess::write);
  facts.settings = &door;
  CHECK(permission_of(facts).access == LineAccess::read);
  CHECK(permission_of(facts).reason.contains("as an input"));
}

}  // namespace malinka::agent::gpio

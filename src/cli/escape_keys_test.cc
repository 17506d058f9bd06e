// SPDX-License-Identifier: MIT
#include "cli/escape_keys.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

std::string keys_of(std::string_view typed) { return EscapeKeys().take(typed).keys; }

}  // namespace

TEST_CASE("keys go on as they are") {
  CHECK(keys_of("ls ~/x\r\x1b[A\x03") == "ls ~/x\r\x1b[A\x03");
  CHECK(keys_of("a~.") == "a~.");
}

TEST_CASE("a tilde and a point at the beginning of a line leave") {
  for (const std::string_view before : {"", "ls\r", "ls\n"}) {
    const auto typed = EscapeKeys().take(std::string(before) + "~.rm -rf /\r");
    CHECK(typed.wants_leave);
    CHECK(typed.keys == before);
  }
}

TEST_CASE("two tildes are one, and a tilde before anything else is one too") {
  CHECK(keys_of("~~x") == "~x");
  CHECK(keys_of("~~.") == "~.");
  CHECK(keys_of("~/bin\r") == "~/bin\r");
  CHECK(keys_of("~\r~x") == "~\r~x");
}

TEST_CASE("a tilde and a question mark ask for help, and the line has not begun yet") {
  EscapeKeys keys;
  const auto asked = keys.take("~?");
  CHECK(asked.wants_help);
  CHECK(asked.keys.empty());
  CHECK(keys.take("~.").wants_leave);
}

TEST_CASE("keys that come one by one mean the same") {
  EscapeKeys keys;
  CHECK(keys.take("x").keys == "x");
  CHECK(keys.take("\r").keys == "\r");
  CHECK(keys.take("~").keys.empty());
  CHECK(keys.take("a").keys == "~a");
  CHECK(keys.take("\r").keys == "\r");
  CHECK(keys.take("~").keys.empty());
  CHECK(keys.take(".").wants_leave);
}

}  // namespace malinka::cli

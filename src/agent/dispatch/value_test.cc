// SPDX-License-Identifier: MIT
#include "agent/dispatch/value.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::dispatch {

TEST_CASE("no value is an empty object") { CHECK(parse_value("") == Json::object()); }

TEST_CASE("what is not JSON is refused") {
  for (const char* const text : {"{", "nul", "[1,]", "{\"a\":1e999}", "\"\xff\"", "\"\\", " "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_value(text));
  }
}

TEST_CASE("a value of more items than any command has is refused before it takes memory") {
  const auto elements = [](std::size_t count) {
    std::string text = "[0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    return text + "]";
  };
  CHECK(parse_value(elements(limits::command_items_max)));
  CHECK_FALSE(parse_value(elements(limits::command_items_max + 1)));
}

TEST_CASE("what stands in a string is no item") {
  const std::string commas = R"(\",)" + std::string(10'000, ',') + R"(\\)";
  CHECK(parse_value("{\"command\":\"" + commas + "\"}"));
}

}  // namespace malinka::agent::dispatch

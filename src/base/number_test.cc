// SPDX-License-Identifier: MIT
#include "base/number.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace malinka::base {

TEST_CASE("a number is all of its text") {
  CHECK(parse_number<std::uint16_t>("8080") == 8080);
  CHECK(parse_number<double>("1.5") == 1.5);
  CHECK(parse_number<int>("-3") == -3);
  for (const auto* const text : {"", " 1", "1 ", "1x", "x", "+1", "0x1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number<std::uint16_t>(text));
  }
}

TEST_CASE("what the type cannot hold is no number") {
  CHECK(parse_number<std::uint16_t>("65535") == 65535);
  CHECK_FALSE(parse_number<std::uint16_t>("65536"));
  CHECK_FALSE(parse_number<std::uint16_t>("-1"));
  CHECK_FALSE(parse_number<double>("1e999"));
}

}  // namespace malinka::base

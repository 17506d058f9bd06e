// SPDX-License-Identifier: MIT
#include "protocol/timestamp.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using malinka::Wall;
using malinka::protocol::format_timestamp;
using malinka::protocol::parse_timestamp;

namespace {

constexpr Wall evening = std::chrono::sys_days{2026y / 11 / 22} + 21h + 48min + 7s;

}  // namespace

TEST_CASE("the first and the last time that there is can be written") {
  CHECK(format_timestamp(Wall::min()) == "1677-09-21T00:12:43.145Z");
  CHECK(format_timestamp(Wall::max()) == "2262-04-11T23:47:16.854Z");
}

TEST_CASE("a time is written with milliseconds and Z") {
  CHECK(format_timestamp(evening) == "2026-11-22T21:48:07.000Z");
  CHECK(format_timestamp(evening + 123'999us) == "2026-11-22T21:48:07.123Z");
  CHECK(format_timestamp(Wall{} - 1ms) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a time is read with any number of decimals") {
  CHECK(parse_timestamp("2026-11-22T21:48:07Z") == evening);
  CHECK(parse_timestamp("2026-11-22T21:48:07.5Z") == evening + 500ms);
  CHECK(parse_timestamp("2026-11-22T21:48:07.000000001Z") == evening + 1ns);
  CHECK(parse_timestamp("2026-11-22T21:48:07." + std::string(1000, '9') + "Z") ==
        evening + 999'999'999ns);
  CHECK(parse_timestamp("2024-02-29T00:00:00Z") == std::chrono::sys_days{2024y / 2 / 29});
}

TEST_CASE("a leap second is the last instant of the second before") {
  CHECK(parse_timestamp("2016-12-31T23:59:60Z") == std::chrono::sys_days{2017y / 1 / 1} - 1ns);
  CHECK_FALSE(parse_timestamp("2016-12-31T23:58:60Z"));
}

TEST_CASE("a time that the clock cannot hold is the nearest that it can") {
  CHECK(parse_timestamp("9999-12-31T23:59:59Z") == Wall::max());
  CHECK(parse_timestamp("2262-04-12T00:00:00Z") == Wall::max());
  CHECK(parse_timestamp("0000-01-01T00:00:00Z") == Wall::min());
  CHECK(parse_timestamp("1677-09-21T00:00:00Z") == Wall::min());
}

TEST_CASE("what is no time, or none in UTC, is refused") {
  for (const std::string_view text : {"",
                                      "Z",
                                      "2026-11-22",
                                      "2026-11-22T21:48:07",
                                      "2026-11-22T21:48:07+00:00",
                                      "2026-11-22t21:48:07Z",
                                      "2026-11-22T21:48:07z",
                                      "2026-11-22 21:48:07Z",
                                      "2026-11-22T21:48:07.Z",
                                      "2026-11-22T21:48:07,5Z",
                                      "2026-11-22T21:48:07.5xZ",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-11-31T00:00:00Z",
                                      "2026-11-22T24:00:00Z",
                                      "2026-11-22T21:60:00Z",
                                      "2026-11-22T21:48:61Z",
                                      "2026/11/22T21:48:07Z",
                                      "2026-11-22T21-48-07Z",
                                      "26-11-22T21:48:07.00Z",
                                      "2026-1-22T21:48:07.0Z",
                                      "+026-11-22T21:48:07Z",
                                      "2026-11-22T-1:48:07Z",
                                      "2026-11-22T21:48:7.Z",
                                      " 2026-11-22T21:48:07Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("what is written is read again") {
  for (const Wall time : {evening, Wall{}, Wall{} - 1h, evening + 999ms})
    CHECK(parse_timestamp(format_timestamp(time)) == time);
}

// SPDX-License-Identifier: MIT
#include "base/percent.h"

#include <doctest/doctest.h>

namespace malinka::base {
namespace {

TEST_CASE("all but unreserved characters are percent-encoded, byte by byte") {
  CHECK(percent_encode("home-7k2q_9.x~d") == "home-7k2q_9.x~d");
  CHECK(percent_encode("a b/ü") == "a%20b%2F%C3%BC");
}

TEST_CASE("percent-decoding gives back what was encoded") {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  CHECK(percent_decode(percent_encode(every_byte)) == every_byte);
  CHECK(percent_decode("%c3%BC") == "\xc3\xbc");
}

TEST_CASE("an empty text, or a % without its two digits, is not percent-encoded") {
  for (const char* const text : {"", "%", "%4", "%4g", "a%", "%+1", "% 1"}) {
    CAPTURE(text);
    CHECK_FALSE(percent_decode(text));
  }
}

}  // namespace
}  // namespace malinka::base

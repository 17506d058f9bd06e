// SPDX-License-Identifier: MIT
#include "protocol/names.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::string_view_literals;
using malinka::protocol::is_name;
using malinka::protocol::is_recipient;

TEST_CASE("a name is 1 to 128 bytes of UTF-8") {
  for (const std::string_view name :
       {"a", "kitchen", "Mum's phone", "\u043a\u0443\u0445\u043d\u044f", "\U0001F353", "**", "a@b",
        " ", "\u00a0", "<script>", "../.."}) {
    CAPTURE(name);
    CHECK(is_name(name));
  }
  CHECK(is_name(std::string(128, 'x')));
  CHECK_FALSE(is_name(std::string(129, 'x')));
  CHECK_FALSE(is_name(""));
  CHECK_FALSE(is_name("\xFF"));
  CHECK_FALSE(is_name("a\xC2"));
}

TEST_CASE("a name has no control character") {
  for (const std::string_view name :
       {"\0"sv, "a\x01"sv, "a\nb"sv, "\x1F"sv, "\x7F"sv, "\u0080"sv, "a\u009fb"sv}) {
    CAPTURE(name);
    CHECK_FALSE(is_name(name));
  }
}

TEST_CASE("what means all others, or belongs to the hub, is no name") {
  CHECK_FALSE(is_name("*"));
  CHECK_FALSE(is_name("@hub"));
  CHECK_FALSE(is_name("@"));
}

TEST_CASE("a message may be addressed to names, and to those that the hub names with an @") {
  CHECK(is_recipient("kitchen"));
  CHECK(is_recipient("@hub"));
  CHECK(is_recipient("@post-x7"));
  CHECK_FALSE(is_recipient("@"));
  CHECK_FALSE(is_recipient("@@hub"));
  CHECK_FALSE(is_recipient("*"));
  CHECK_FALSE(is_recipient("@*"));
}

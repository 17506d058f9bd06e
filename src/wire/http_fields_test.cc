// SPDX-License-Identifier: MIT
#include "wire/http_fields.h"

#include <doctest/doctest.h>

namespace malinka::wire {

TEST_CASE("a field is found whatever its letter case") {
  const HttpFields fields{{{"Host", "hub"}}};
  REQUIRE(fields.find("hOST") != nullptr);
  CHECK(*fields.find("hOST") == "hub");
}

TEST_CASE("a field that is absent or repeated is not found") {
  const HttpFields fields{{{"Host", "hub"}, {"host", "other"}}};
  CHECK(fields.find("Host") == nullptr);
  CHECK(fields.count("Host") == 2);
  CHECK(fields.find("Origin") == nullptr);
  CHECK(fields.count("Origin") == 0);
}

TEST_CASE("a list goes over all fields of its name, without empty elements and blanks") {
  const HttpFields fields{{{"A", " one,\ttwo ,,"}, {"B", "no"}, {"a", ""}, {"A", "three four"}}};
  CHECK(fields.list("a") == std::vector<std::string_view>{"one", "two", "three four"});
}

TEST_CASE("a token is one element, whatever its letter case") {
  const HttpFields fields{{{"Connection", "keep-alive, Upgrade"}}};
  CHECK(fields.has_token("connection", "upgrade"));
  CHECK_FALSE(fields.has_token("Connection", "keep"));
  CHECK_FALSE(fields.has_token("Connection", "keep-alive, Upgrade"));
  CHECK_FALSE(fields.has_token("Upgrade", "upgrade"));
}

TEST_CASE("tokens have letters, digits and a few signs, and at least one of them") {
  CHECK(is_token("malinka.v1"));
  CHECK(is_token("!#$%&'*+-.^_`|~aZ9"));
  for (const std::string_view text : {"", "a b", "a,b", "a/b", "\"a\"", "κ", "a\t"}) {
    CAPTURE(text);
    CHECK_FALSE(is_token(text));
  }
  CHECK_FALSE(is_token(std::string_view("\0", 1)));
}

}  // namespace malinka::wire

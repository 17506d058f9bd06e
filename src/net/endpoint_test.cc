// SPDX-License-Identifier: MIT
#include "net/endpoint.h"

#include <doctest/doctest.h>

#include <ostream>  // doctest shows error codes through it.

namespace malinka::net {

TEST_CASE("an endpoint is read and written as people write it") {
  struct Row {
    std::string_view text;
    std::string_view address;
    std::uint16_t port;
  };
  for (const Row& row : {Row{"127.0.0.1:0", "127.0.0.1", 0}, Row{"[::1]:31415", "::1", 31415},
                         Row{"0.0.0.0:80", "0.0.0.0", 80}, Row{"[::]:65535", "::", 65535}}) {
    CAPTURE(row.text);
    const auto endpoint = Endpoint::parse(row.text);
    REQUIRE(endpoint);
    CHECK(endpoint->address == row.address);
    CHECK(endpoint->port == row.port);
    CHECK(endpoint->text() == row.text);
  }
}

TEST_CASE("a port alone means every address") {
  const auto endpoint = Endpoint::parse(":31415");
  REQUIRE(endpoint);
  CHECK(endpoint->text() == "[::]:31415");
}

TEST_CASE("what is not an address and a port is refused, and named") {
  for (const std::string_view text :
       {"", ":", "31415", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "1.2.3.4:5x", "::1:80", "[127.0.0.1]:80", "[::1]", "[::1:80", "localhost:80",
        "127.0.0.1 :80"}) {
    CAPTURE(text);
    const auto endpoint = Endpoint::parse(text);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().code == std::errc::invalid_argument);
    CHECK(endpoint.error().context == text);
  }
}

}  // namespace malinka::net

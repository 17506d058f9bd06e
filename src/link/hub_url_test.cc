// SPDX-License-Identifier: MIT
#include "link/hub_url.h"

#include <doctest/doctest.h>

#include <ostream>  // doctest shows error codes through it.

namespace malinka::link {

TEST_CASE("a hub's address is taken apart, with what was left out filled in") {
  struct Row {
    std::string_view given;
    std::string_view text;
    std::string_view host_field;
  };
  for (const Row& row : {Row{"ws://127.0.0.1:31415", "ws://127.0.0.1:31415/bus", "127.0.0.1:31415"},
                         Row{"ws://hub.example", "ws://hub.example/bus", "hub.example"},
                         Row{"wss://hub.example", "wss://hub.example/bus", "hub.example"},
                         Row{"http://hub.example:80/", "ws://hub.example/bus", "hub.example"},
                         Row{"HTTPS://hub.example:8443/x/bus?a=b",
                             "wss://hub.example:8443/x/bus?a=b", "hub.example:8443"},
                         Row{"ws://hub.example?a=b", "ws://hub.example/bus?a=b", "hub.example"},
                         Row{"ws://[::1]:31415/PiHub", "ws://[::1]:31415/PiHub", "[::1]:31415"}}) {
    CAPTURE(row.given);
    const auto url = HubUrl::parse(row.given);
    REQUIRE(url);
    CHECK(url->text() == row.text);
    CHECK(url->host_field() == row.host_field);
  }
}

TEST_CASE("the host of an IPv6 address is kept without its brackets") {
  const auto url = HubUrl::parse("wss://[fe80::1]");
  REQUIRE(url);
  CHECK(url->host == "fe80::1");
  CHECK(url->port == 443);
  CHECK(url->host_and_port() == "[fe80::1]:443");
}

TEST_CASE("what is not a hub's address is refused, and named") {
  for (const std::string_view text :
       {"", "hub.example", "ftp://hub.example", "ws://", "ws://:80", "ws://hub:", "ws://hub:0",
        "ws://hub:65536", "ws://hub:8x", "ws://user@hub", "ws://[::1", "ws://[::1]x", "ws://[]",
        "ws://hub/a b", "ws://hub/\r\nX: y",
        "ws://h\xc3\xbc"
        "b"}) {
    CAPTURE(text);
    const auto url = HubUrl::parse(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == std::errc::invalid_argument);
    CHECK(url.error().context == text);
  }
}

TEST_CASE("the error for a link does not repeat its password") {
  const auto url = HubUrl::parse("http://hub/#home/secret");
  REQUIRE_FALSE(url);
  CHECK(url.error().context == "http://hub/");
}

}  // namespace malinka::link

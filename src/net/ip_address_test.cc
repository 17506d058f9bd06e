// SPDX-License-Identifier: MIT
#include "net/ip_address.h"

#include <doctest/doctest.h>

namespace malinka::net {
namespace {

std::string text_of(const std::string& address) {
  return IpAddress(SocketAddress::from_text(address, 80).value()).text();
}

}  // namespace

TEST_CASE("an address is told as it is written") {
  CHECK(text_of("127.0.0.1") == "127.0.0.1");
  CHECK(text_of("0.0.0.0") == "0.0.0.0");
  CHECK(text_of("::1") == "::1");
  CHECK(text_of("2001:db8::42") == "2001:db8::42");
}

TEST_CASE("an IPv4 address that comes mapped into IPv6 is told as IPv4") {
  CHECK(text_of("::ffff:192.0.2.7") == "192.0.2.7");
}

TEST_CASE("what is no IP address is told as nobody's") {
  CHECK(text_of("::") == "::");
  CHECK(IpAddress(SocketAddress()).text() == "::");
}

}  // namespace malinka::net

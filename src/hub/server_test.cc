// SPDX-License-Identifier: MIT
#include "hub/server.h"

#include <doctest/doctest.h>

#include <cstring>
#include <ostream>  // doctest shows error codes through it.

namespace malinka::hub {
namespace {

Config on_free_port() {
  Config config;
  config.listen = {{"127.0.0.1", 0}};
  return config;
}

}  // namespace

TEST_CASE("a server knows where it listens, and serves until it is stopped") {
  auto server = Server::start(on_free_port());
  REQUIRE(server);
  REQUIRE((*server)->addresses().size() == 1);
  CHECK((*server)->addresses()[0].starts_with("http://127.0.0.1:"));
  CHECK_FALSE((*server)->addresses()[0].ends_with(":0"));
  (*server)->loop().post([&] { (*server)->stop(); });
  (*server)->run();
}

TEST_CASE("a server that is told to stop twice stops at once") {
  auto server = Server::start(on_free_port());
  REQUIRE(server);
  (*server)->loop().post([&] {
    (*server)->stop();
    (*server)->stop();
  });
  (*server)->run();
}

TEST_CASE("an address that is taken is an error that names it") {
  auto first = Server::start(on_free_port());
  REQUIRE(first);
  const std::string address = (*first)->addresses()[0].substr(std::strlen("http://"));
  Config config;
  config.listen = {*net::Endpoint::parse(address)};
  const auto second = Server::start(config);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == std::errc::address_in_use);
  CHECK(second.error().context.contains(address));
}

TEST_CASE("a certificate that cannot be read is an error that names its file") {
  Config config = on_free_port();
  config.tls_cert = "/nonexistent/chain.pem";
  config.tls_key = "/nonexistent/key.pem";
  const auto server = Server::start(config);
  REQUIRE_FALSE(server);
  CHECK(server.error().message().contains("/nonexistent/"));
}

}  // namespace malinka::hub

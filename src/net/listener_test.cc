// SPDX-License-Identifier: MIT
#include "net/listener.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <vector>

#include "base/log.h"
#include "net/socket_address.h"
#include "net/test_support.h"

namespace malinka::net {
namespace {

UniqueFd connect_to(const Endpoint& endpoint, const std::string& address) {
  const auto target = SocketAddress::from_text(address, endpoint.port);
  REQUIRE(target);
  UniqueFd socket(::socket(target->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), target->data(), target->size()) == 0);
  return socket;
}

/// Keeps what was accepted.
struct Accepted {
  std::vector<std::unique_ptr<Stream>> streams;
  AcceptHandler handler() {
    return
        [this](std::unique_ptr<Stream> stream) noexcept { streams.push_back(std::move(stream)); };
  }
};

/// No descriptor can be opened while it lives; nor is anything logged, for which sanitizers open
/// some.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    base::set_log_level(base::LogLevel::off);
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const UniqueFd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const rlimit none{static_cast<rlim_t>(lowest_free.get()), before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  ~NoDescriptorsLeft() {
    ::setrlimit(RLIMIT_NOFILE, &before_);
    base::set_log_level(base::LogLevel::info);
  }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("a listener on port 0 says which port it took, and accepts there") {
  auto loop = make_loop();
  Accepted accepted;
  const auto listener = Listener::open(*loop, {"127.0.0.1", 0}, accepted.handler());
  REQUIRE(listener);
  CHECK((*listener)->endpoint().port != 0);
  const UniqueFd peer = connect_to((*listener)->endpoint(), "127.0.0.1");
  REQUIRE(run_until(*loop, [&] { return accepted.streams.size() == 1; }));
  CHECK(accepted.streams[0]->peer_address() == "127.0.0.1");
}

TEST_CASE(
    "a listener on every address hears IPv4 and IPv6, and gives each address as its own kind") {
  auto loop = make_loop();
  Accepted accepted;
  const auto listener = Listener::open(*loop, {"::", 0}, accepted.handler());
  REQUIRE(listener);
  const UniqueFd ipv4 = connect_to((*listener)->endpoint(), "127.0.0.1");
  REQUIRE(run_until(*loop, [&] { return accepted.streams.size() == 1; }));
  CHECK(accepted.streams[0]->peer_address() == "127.0.0.1");
  if ((*listener)->endpoint().address == "0.0.0.0") return;  // A machine without IPv6.
  const UniqueFd ipv6 = connect_to((*listener)->endpoint(), "::1");
  REQUIRE(run_until(*loop, [&] { return accepted.streams.size() == 2; }));
  CHECK(accepted.streams[1]->peer_address() == "::1");
}

TEST_CASE("more connections than one turn accepts are all accepted") {
  auto loop = make_loop();
  Accepted accepted;
  const auto listener = Listener::open(*loop, {"127.0.0.1", 0}, accepted.handler());
  REQUIRE(listener);
  std::vector<UniqueFd> peers;
  for (int i = 0; i < 150; ++i) peers.push_back(connect_to((*listener)->endpoint(), "127.0.0.1"));
  CHECK(run_until(*loop, [&] { return accepted.streams.size() == 150; }));
}

TEST_CASE("a taken port is refused, with the address in the error") {
  auto loop = make_loop();
  Accepted accepted;
  const auto first = Listener::open(*loop, {"127.0.0.1", 0}, accepted.handler());
  REQUIRE(first);
  const auto second = Listener::open(*loop, (*first)->endpoint(), accepted.handler());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == std::errc::address_in_use);
  CHECK(second.error().context == (*first)->endpoint().text());
}

TEST_CASE("out of descriptors, a listener pauses and then goes on") {
  ManualClock clock;
  auto loop = make_loop(clock);
  Accepted accepted;
  const auto listener = Listener::open(*loop, {"127.0.0.1", 0}, accepted.handler());
  REQUIRE(listener);
  const UniqueFd peer = connect_to((*listener)->endpoint(), "127.0.0.1");
  {
    const NoDescriptorsLeft shortage;
    run_turns(*loop);
    CHECK(accepted.streams.empty());
  }
  run_turns(*loop);
  CHECK(accepted.streams.empty());
  clock.advance(std::chrono::milliseconds(100));
  run_turns(*loop);
  CHECK(accepted.streams.size() == 1);
}

}  // namespace malinka::net

// SPDX-License-Identifier: MIT
#include "net/dialer.h"

#include <array>
#include <optional>

#include "net/listener.h"
#include "net/name_lookup.h"
#include "net/test_support.h"

using namespace std::chrono_literals;

namespace malinka::net {
namespace {

using Dialed = std::optional<Result<std::unique_ptr<Stream>>>;

DialHandler into(Dialed& dialed) {
  return [&dialed](Result<std::unique_ptr<Stream>> result) noexcept { dialed = std::move(result); };
}

struct Server {
  explicit Server(Loop& loop, const Endpoint& endpoint = {"127.0.0.1", 0}) {
    auto opened = Listener::open(loop, endpoint, [this](std::unique_ptr<Stream> stream) noexcept {
      accepted.push_back(std::move(stream));
    });
    REQUIRE(opened);
    listener = std::move(*opened);
  }
  std::uint16_t port() const { return listener->endpoint().port; }

  std::vector<std::unique_ptr<Stream>> accepted;
  std::unique_ptr<Listener> listener;
};

/// A port that neither answers nor refuses: its queue of connections is full.
class SilentPort {
 public:
  SilentPort() {
    socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const SocketAddress any_port = *SocketAddress::from_text("127.0.0.1", 0);
    REQUIRE(::bind(socket_.get(), any_port.data(), any_port.size()) == 0);
    REQUIRE(::listen(socket_.get(), 0) == 0);
    REQUIRE(::getsockname(socket_.get(), address_.data(), address_.size_place()) == 0);
    for (UniqueFd& filler : fillers_) {
      filler.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      (void)::connect(filler.get(), address_.data(), address_.size());
    }
  }
  [[nodiscard]] const SocketAddress& address() const { return address_; }

 private:
  UniqueFd socket_;
  SocketAddress address_;
  std::array<UniqueFd, 4> fillers_;
};

}  // namespace

TEST_CASE("an address that is silent for 250 ms does not keep the next one from being tried") {
  ManualClock clock;
  auto loop = make_loop(clock);
  const SilentPort silent;
  Server server(*loop);
  Dialed dialed;
  const auto dialer =
      Dialer::dial(*loop, {silent.address(), *SocketAddress::from_text("127.0.0.1", server.port())},
                   "both", 10s, into(dialed));
  clock.advance(249ms);
  run_turns(*loop);
  CHECK(server.accepted.empty());
  CHECK_FALSE(dialed);
  clock.advance(1ms);
  REQUIRE(run_until(*loop, [&] { return dialed.has_value(); }));
  REQUIRE(*dialed);
  CHECK(run_until(*loop, [&] { return server.accepted.size() == 1; }));
}

TEST_CASE("an address that listens is connected to, in a later turn") {
  auto loop = make_loop();
  Server server(*loop);
  Dialed dialed;
  const auto dialer = Dialer::dial(*loop, "127.0.0.1", server.port(), 10s, into(dialed));
  CHECK_FALSE(dialed);
  REQUIRE(run_until(*loop, [&] { return dialed && server.accepted.size() == 1; }));
  REQUIRE(*dialed);
  CHECK((**dialed)->peer_address() == "127.0.0.1");
}

TEST_CASE("a name is looked up, and whichever of its addresses answers is taken") {
  auto loop = make_loop();
  Server server(*loop);  // localhost may be ::1 first, where nobody listens.
  Dialed dialed;
  const auto dialer = Dialer::dial(*loop, "localhost", server.port(), 10s, into(dialed));
  REQUIRE(run_until(*loop, [&] { return dialed.has_value(); }));
  CHECK(*dialed);
}

TEST_CASE("a refused connection says so, with host and port") {
  auto loop = make_loop();
  std::uint16_t port = 0;
  {
    const Server server(*loop);
    port = server.port();
  }
  Dialed dialed;
  const auto dialer = Dialer::dial(*loop, "127.0.0.1", port, 10s, into(dialed));
  REQUIRE(run_until(*loop, [&] { return dialed.has_value(); }));
  REQUIRE_FALSE(*dialed);
  CHECK(dialed->error().message() == "127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST_CASE("a name that cannot be is not found, and named") {
  auto loop = make_loop();
  const std::string name = std::string(64, 'x') + ".test";  // Too long a label: no server is asked.
  Dialed dialed;
  const auto dialer = Dialer::dial(*loop, name, 80, 10s, into(dialed));
  REQUIRE(run_until(*loop, [&] { return dialed.has_value(); }));
  REQUIRE_FALSE(*dialed);
  CHECK(dialed->error().code == LookupError::name_not_found);
  CHECK(dialed->error().context.starts_with(name));
}

TEST_CASE("an attempt that takes too long times out") {
  ManualClock clock;
  auto loop = make_loop(clock);
  Dialed dialed;
  const auto dialer = Dialer::dial(*loop, "127.0.0.1", 1, 10s, into(dialed));
  clock.advance(10s);  // Before the first turn: the time is over before the address was tried.
  loop->run_turn(0ms);
  loop->run_turn(0ms);
  REQUIRE(dialed);
  REQUIRE_FALSE(*dialed);
  CHECK(dialed->error().code == std::errc::timed_out);
}

TEST_CASE("a dialer that is destroyed tells nothing, even while a name is looked up") {
  auto loop = make_loop();
  Server server(*loop);
  Dialed dialed;
  for (const char* host : {"127.0.0.1", "localhost"}) {
    auto dialer = Dialer::dial(*loop, host, server.port(), 10s, into(dialed));
    dialer.reset();
  }
  auto later = Dialer::dial(*loop, "127.0.0.1", server.port(), 10s, into(dialed));
  loop->run_turn(0ms);
  later.reset();
  run_turns(*loop);
  CHECK_FALSE(dialed);
}

TEST_CASE("a handler may destroy its dialer") {
  auto loop = make_loop();
  Server server(*loop);
  std::unique_ptr<Dialer> dialer;
  bool is_told = false;
  dialer = Dialer::dial(*loop, "127.0.0.1", server.port(), 10s,
                        [&](Result<std::unique_ptr<Stream>>) noexcept {
                          dialer.reset();
                          is_told = true;
                        });
  CHECK(run_until(*loop, [&] { return is_told; }));
}

}  // namespace malinka::net

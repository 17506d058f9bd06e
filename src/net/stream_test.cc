// SPDX-License-Identifier: MIT
// What every plain Stream promises, checked of both kinds; and what only TCP has.

#include "net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <vector>

#include "net/listener.h"
#include "net/socket_address.h"
#include "net/test_support.h"

using namespace std::chrono_literals;

namespace malinka::net {
namespace {

using Pair = std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>;

Pair make_tcp_pair() {
  auto loop = make_loop();
  std::unique_ptr<Stream> accepted;
  auto listener = Listener::open(
      *loop, {"127.0.0.1", 0},
      [&](std::unique_ptr<Stream> stream) noexcept { accepted = std::move(stream); });
  REQUIRE(listener);
  const auto address = SocketAddress::from_text("127.0.0.1", (*listener)->endpoint().port);
  REQUIRE(address);
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), address->data(), address->size()) == 0);
  REQUIRE(run_until(*loop, [&] { return accepted != nullptr; }));
  return {make_tcp_stream(std::move(socket), {}), std::move(accepted)};
}

Pair make_pair(bool is_tcp) { return is_tcp ? make_tcp_pair() : make_memory_streams(4096); }

}  // namespace

TEST_CASE("bytes come out of one end as they went into the other") {
  for (const bool is_tcp : {false, true}) {
    auto loop = make_loop();
    auto [here, there] = make_pair(is_tcp);
    Watcher watcher;
    REQUIRE(there->watch(*loop, watcher));
    const std::array<ByteView, 3> pieces = {as_bytes("one "), as_bytes(""), as_bytes("two")};
    const auto written = here->write(pieces);
    REQUIRE(written);
    CHECK(written->bytes == 7);
    REQUIRE(run_until(*loop, [&] { return watcher.readable > 0; }));
    CHECK(read_text(*there) == "one two");
    std::array<std::byte, 16> more;
    CHECK(there->read(more)->status == IoStatus::would_block);
  }
}

TEST_CASE("a full stream takes no more, and says so when there is room again") {
  for (const bool is_tcp : {false, true}) {
    auto loop = make_loop();
    auto [here, there] = make_pair(is_tcp);
    Watcher watcher;
    REQUIRE(here->watch(*loop, watcher));
    loop->run_turn(0ms);
    const std::string much(1024 * 1024, 'x');
    std::size_t sent = 0;
    std::size_t taken = 0;
    do sent += taken = write_text(*here, much);
    while (taken == much.size());

    const int writable_before = watcher.writable;
    std::size_t received = 0;
    REQUIRE(run_until(*loop, [&] {
      received += read_text(*there).size();
      return received == sent;
    }));
    REQUIRE(run_until(*loop, [&] { return watcher.writable > writable_before; }));
    CHECK(write_text(*here, "more") == 4);
  }
}

TEST_CASE("an end that finished writing can still read") {
  for (const bool is_tcp : {false, true}) {
    auto loop = make_loop();
    auto [here, there] = make_pair(is_tcp);
    Watcher watcher;
    REQUIRE(there->watch(*loop, watcher));
    CHECK(write_text(*here, "bye") == 3);
    here->finish_writing();
    REQUIRE(run_until(*loop, [&] { return watcher.hung_up > 0; }));
    CHECK(read_text(*there) == "bye");
    std::array<std::byte, 16> more;
    CHECK(there->read(more)->status == IoStatus::ended);
    CHECK(write_text(*there, "answer") == 6);
    REQUIRE(run_until(*loop, [&] { return read_text(*here) == "answer"; }));
  }
}

TEST_CASE("writing to a peer that is gone fails, and does not kill the process") {
  for (const bool is_tcp : {false, true}) {
    auto loop = make_loop();
    auto [here, there] = make_pair(is_tcp);
    there.reset();
    const ByteView piece = as_bytes("x");
    REQUIRE(run_until(*loop, [&] { return !here->write(std::span(&piece, 1)); }));
    const auto failed = here->write(std::span(&piece, 1));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == std::errc::broken_pipe);
  }
}

TEST_CASE("a forgotten stream tells nothing more") {
  for (const bool is_tcp : {false, true}) {
    auto loop = make_loop();
    auto [here, there] = make_pair(is_tcp);
    Watcher watcher;
    REQUIRE(there->watch(*loop, watcher));
    write_text(*here, "x");
    there->forget();
    run_turns(*loop);
    CHECK(watcher.readable == 0);
  }
}

TEST_CASE("a TCP stream sends at once and keeps little unsent in the kernel") {
  auto [here, there] = make_tcp_pair();
  for (const auto& [option, least, most] :
       {std::array{TCP_NODELAY, 1, 1}, std::array{TCP_NOTSENT_LOWAT, 16 * 1024, 256 * 1024}}) {
    int value = 0;
    socklen_t size = sizeof value;
    REQUIRE(::getsockopt(here->plain_socket(), IPPROTO_TCP, option, &value, &size) == 0);
    CHECK(value >= least);
    CHECK(value <= most);
  }
}

}  // namespace malinka::net

// SPDX-License-Identifier: MIT
// malinka-hub-memory: joins a million sessions inside a hub without a socket, and says what each of
// them takes: the slope between a fifth of them and all. bench/README.md.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "bench/load/dialect.h"
#include "bench/load/failure.h"
#include "hub/shard.h"
#include "net/loop.h"
#include "net/stream.h"

namespace malinka::bench {
namespace {

constexpr std::uint32_t sessions_per_channel = 10;
constexpr std::size_t joins_at_once = 1000;
constexpr std::size_t turns_max = 1000;  // For so many joins; a few will do.

/// A client that upgrades, joins, takes whatever it is sent, and is silent from then on. It has the
/// size of a TCP stream, which keeps its peer's address.
class SilentStream final : public net::Stream {
 public:
  SilentStream(std::uint32_t number, const Dialect& dialect) : dialect_(dialect), number_(number) {}

  Result<net::IoResult> read(std::span<std::byte> into) noexcept override {
    if (std::exchange(has_joined_, true)) return net::IoResult{net::IoStatus::would_block, 0};
    const std::string bytes = make_join();
    if (bytes.size() > into.size()) give_up("the hub reads too little at once");
    std::ranges::copy(as_bytes(bytes), into.begin());
    return net::IoResult{net::IoStatus::done, bytes.size()};
  }

  Result<net::IoResult> write(std::span<const ByteView> pieces) noexcept override {
    std::size_t bytes = 0;
    for (const ByteView piece : pieces) bytes += piece.size();
    return net::IoResult{net::IoStatus::done, bytes};
  }

  void finish_writing() noexcept override {}
  Result<void> watch(net::Loop& loop, net::ReadinessHandler& handler) override {
    if (!has_joined_)
      loop.next_turn([&handler] { handler.on_ready({.is_readable = true, .is_writable = true}); });
    return {};
  }
  void forget() noexcept override {}
  int plain_socket() const noexcept override { return -1; }
  std::string peer_address() const override { return peer_.text(); }

 private:
  static net::IpAddress local_peer() {
    static const net::IpAddress address(*net::SocketAddress::from_text("127.0.0.1", 0));
    return address;
  }

  [[nodiscard]] std::string make_join() const {
    const Seat seat{SeatRole::subscriber, number_ / sessions_per_channel,
                    number_ % sessions_per_channel};
    return "GET /bus HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
           dialect_.make_hello(seat);
  }

  const net::IpAddress peer_ = local_peer();
  const Dialect& dialect_;
  const std::uint32_t number_;
  bool has_joined_ = false;
};

/// What the process takes, and what of it was asked for.
struct Memory {
  std::size_t resident_bytes = 0;
  std::size_t heap_bytes = 0;
};

Memory measure_memory() {
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  const struct mallinfo2 heap = ::mallinfo2();
  return {resident_pages * 4096, heap.uordblks + heap.hblkhd};
}

/// A hub in this process, and how many have joined it.
class Hub {
 public:
  explicit Hub(std::size_t sessions_max)
      : loop_(net::Loop::create().value()),
        shard_(*loop_, make_config(sessions_max), {}),
        dialect_(make_malinka_dialect({})) {}

  ~Hub() {
    shard_.stop([this] { is_stopped_ = true; });
    for (std::size_t turn = 0; !is_stopped_ && turn < turns_max; ++turn)
      loop_->run_turn(std::chrono::milliseconds(10));
  }

  void join_until(std::size_t count) {
    while (joined_ < count) {
      for (std::size_t i = 0; i < joins_at_once && joined_ < count; ++i)
        shard_.accept(std::make_unique<SilentStream>(joined_++, *dialect_));
      std::size_t turns = 0;
      while (shard_.gauges().sessions < joined_ && ++turns < turns_max)
        loop_->run_turn(std::chrono::milliseconds(0));
      if (turns == turns_max) give_up("not everyone has joined");
    }
    loop_->run_turn(std::chrono::milliseconds(0));
  }

 private:
  static hub::Config make_config(std::size_t sessions_max) {
    hub::Config config;
    config.connections_max = sessions_max;
    config.heartbeat = std::chrono::hours(1);  // Nobody answers.
    return config;
  }

  std::unique_ptr<net::Loop> loop_;
  hub::Shard shard_;
  std::unique_ptr<Dialect> dialect_;
  std::uint32_t joined_ = 0;
  bool is_stopped_ = false;
};

double slope(std::size_t few, std::size_t many, std::size_t sessions) {
  return (static_cast<double>(many) - static_cast<double>(few)) / static_cast<double>(sessions);
}

void measure(std::size_t sessions) {
  Hub hub(sessions);
  const std::size_t few_sessions = sessions / 5;
  hub.join_until(few_sessions);
  const Memory few = measure_memory();
  hub.join_until(sessions);
  const Memory many = measure_memory();
  std::printf("{\"bytes_per_session\":%.1f,\"heap_bytes_per_session\":%.1f,\"stream_bytes\":%zu}\n",
              slope(few.resident_bytes, many.resident_bytes, sessions - few_sessions),
              slope(few.heap_bytes, many.heap_bytes, sessions - few_sessions),
              sizeof(SilentStream));
}

}  // namespace
}  // namespace malinka::bench

int main(int argc, char** argv) {
  const std::size_t sessions = argc == 2 ? std::strtoul(argv[1], nullptr, 10) : 0;
  if (sessions < 1000) malinka::bench::give_up("usage: malinka-hub-memory SESSIONS (1000 or more)");
  malinka::bench::measure(sessions);
  return 0;
}

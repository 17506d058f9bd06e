// SPDX-License-Identifier: MIT
#include "protocol/stream_flow.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/limits.h"

namespace malinka::protocol {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t overhead = limits::stream_chunk_cost_bytes;
constexpr std::size_t chunk = limits::stream_chunk_bytes_max;
constexpr std::uint64_t no_end = std::uint64_t{1} << 40;

/// A link with a rate and a round trip, on which the sender always has more to send.
struct Link {
  std::uint64_t bytes_per_millisecond = 0;
  milliseconds round_trip{0};

  /// How many bytes come within `time`, when the receiver takes at once.
  std::uint64_t carry(milliseconds time, std::uint64_t window_max) {
    Steady now{};
    SendingFlow sender(limits::stream_window_bytes);
    ReceivingFlow receiver(limits::stream_window_bytes);
    std::multimap<Steady, std::uint64_t> chunks, grants;  // On their way, by arrival.
    std::uint64_t carried = 0;
    Steady link_free = now;
    for (const Steady end = now + time; now < end; now += milliseconds(1)) {
      while (!grants.empty() && grants.begin()->first <= now) {
        REQUIRE(sender.add_credit(grants.begin()->second));
        grants.erase(grants.begin());
      }
      while (sender.chunk_bytes_max() >= chunk / 4) {
        const std::size_t bytes = sender.chunk_bytes_max();
        (void)sender.send(bytes);
        link_free = std::max(link_free, now) +
                    std::chrono::microseconds(bytes * 1000 / bytes_per_millisecond);
        chunks.emplace(link_free + round_trip / 2, bytes);
      }
      while (!chunks.empty() && chunks.begin()->first <= now) {
        const std::size_t bytes = chunks.begin()->second;
        chunks.erase(chunks.begin());
        REQUIRE(receiver.receive(received++, bytes, now));
        carried += bytes;
        if (const auto grant = receiver.take(bytes, window_max, now))
          grants.emplace(now + round_trip / 2, grant);
      }
    }
    window = receiver.window();
    return carried;
  }

  std::uint64_t received = 0;  // Chunks.
  std::uint64_t window = 0;    // In the end.
};

}  // namespace

TEST_CASE("a chunk costs its bytes and 512 more") {
  SendingFlow flow(1000);
  CHECK(flow.chunk_bytes_max() == 1000 - overhead);
  CHECK(flow.send(100) == 0);
  CHECK(flow.chunk_bytes_max() == 0);
  REQUIRE(flow.add_credit(overhead));
  CHECK(flow.chunk_bytes_max() == 1000 - 100 - overhead);
  CHECK(flow.send(1) == 1);
  CHECK(flow.chunks() == 2);
}

TEST_CASE("a chunk has at most 64 KiB however much credit there is") {
  CHECK(SendingFlow(no_end).chunk_bytes_max() == chunk);
}

TEST_CASE("credit of exactly what a chunk costs beside its bytes sends nothing") {
  CHECK(SendingFlow(overhead).chunk_bytes_max() == 0);
  CHECK(SendingFlow(overhead + 1).chunk_bytes_max() == 1);
}

TEST_CASE("credit beyond 2^31 is refused and changes nothing") {
  SendingFlow flow(limits::stream_credit_bytes_max - 1);
  REQUIRE(flow.add_credit(1));
  CHECK(flow.add_credit(1).error().code == StreamFlowError::credit_overflow);
  CHECK(flow.add_credit(std::uint64_t{1} << 63).error().code == StreamFlowError::credit_overflow);
  (void)flow.send(chunk);
  CHECK(flow.add_credit(chunk + overhead));
}

TEST_CASE("a first window that is too large gives no credit beyond it") {
  SendingFlow flow(std::uint64_t{1} << 50);
  CHECK(flow.add_credit(1).error().code == StreamFlowError::credit_overflow);
}

TEST_CASE("chunks come in order, each once, and none behind the end") {
  ReceivingFlow flow(chunk);
  REQUIRE(flow.receive(0, 10, {}));
  CHECK(flow.receive(0, 10, {}).error().code == StreamFlowError::gap);
  CHECK(flow.receive(2, 10, {}).error().code == StreamFlowError::gap);
  REQUIRE(flow.receive(1, 10, {}));
  CHECK(flow.finish(1).error().code == StreamFlowError::gap);
  REQUIRE(flow.finish(2));
  CHECK(flow.receive(2, 10, {}).error().code == StreamFlowError::after_end);
  CHECK(flow.finish(2).error().code == StreamFlowError::after_end);
}

TEST_CASE("who sends more than was allowed is found out at the first byte") {
  ReceivingFlow flow(1000 + overhead);
  REQUIRE(flow.receive(0, 1000 - overhead, {}));
  CHECK(flow.receive(1, 1, {}).error().code == StreamFlowError::beyond_credit);
  CHECK(ReceivingFlow(1000).receive(0, 1000 - overhead + 1, {}).error().code ==
        StreamFlowError::beyond_credit);
}

TEST_CASE("what was not dealt with is not granted again") {
  ReceivingFlow flow(4 * overhead + 4000);
  for (std::uint64_t seq = 0; seq < 4; ++seq) REQUIRE(flow.receive(seq, 1000, {}));
  CHECK(flow.receive(4, 0, {}).error().code == StreamFlowError::beyond_credit);
  CHECK(flow.take(4000, 0, {}) == 4 * overhead + 4000);
}

TEST_CASE("a grant waits until it is worth a message") {
  ReceivingFlow flow(80'000);
  REQUIRE(flow.receive(0, 9'000, {}));
  CHECK(flow.take(9'000, 0, {}) == 0);
  REQUIRE(flow.receive(1, 1'000, {}));
  CHECK(flow.take(1'000, 0, {}) == 10'000 + 2 * overhead);
}

TEST_CASE("nothing is granted behind the end") {
  ReceivingFlow flow(2'000);
  REQUIRE(flow.receive(0, 1'000, {}));
  REQUIRE(flow.finish(1));
  CHECK(flow.take(1'000, 0, {}) == 0);
}

TEST_CASE("the window grows until a long fast link is full") {
  Link link{.bytes_per_millisecond = 6250, .round_trip = milliseconds(200)};  // 50 Mbit/s.
  const std::uint64_t possible = 6250ULL * 10'000;
  CHECK(link.carry(milliseconds(10'000), limits::queue_bytes / 4) > possible * 8 / 10);
}

TEST_CASE("the window grows to what is on its way and half as much again, and not beyond") {
  Link link{.bytes_per_millisecond = 2500, .round_trip = milliseconds(100)};  // 20 Mbit/s.
  (void)link.carry(milliseconds(10'000), no_end);
  CHECK(link.window >= 2500 * 100);
  CHECK(link.window <= 2500 * 100 * 2);
}

TEST_CASE("a window never grows beyond its bound, and never shrinks") {
  Link link{.bytes_per_millisecond = 6250, .round_trip = milliseconds(200)};
  (void)link.carry(milliseconds(5'000), 300'000);
  CHECK(link.window == 300'000);
  ReceivingFlow flow(limits::stream_window_bytes);
  REQUIRE(flow.receive(0, 1000, {}));
  (void)flow.take(1000, 0, {});
  CHECK(flow.window() == limits::stream_window_bytes);
}

}  // namespace malinka::protocol

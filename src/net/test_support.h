// SPDX-License-Identifier: MIT
// What the tests of net and of the layers above share. Not part of any program.

#pragma once

#include <doctest/doctest.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <ostream>  // doctest shows error codes through it.
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/unique_fd.h"
#include "net/loop.h"
#include "net/stream.h"

namespace malinka::net {

inline std::unique_ptr<Loop> make_loop(const Clock& clock = system_clock()) {
  auto loop = Loop::create(clock);
  REQUIRE(loop);
  return std::move(*loop);
}

/// Runs turns until `is_over`, at most for ten seconds.
inline bool run_until(Loop& loop, const std::function<bool()>& is_over) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!is_over()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    loop.run_turn(std::chrono::milliseconds(20));
  }
  return true;
}

/// As many turns as it takes streams in memory to settle.
inline void run_turns(Loop& loop, int count = 8) {
  for (int i = 0; i < count; ++i) loop.run_turn(std::chrono::milliseconds(0));
}

inline std::array<UniqueFd, 2> make_socket_pair() {
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) == 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

/// As Sender::gather, for one that sends texts one after the other.
inline std::size_t gather_texts(const std::deque<std::string>& queue, std::span<ByteView> pieces) {
  const std::size_t count = std::min(pieces.size(), queue.size());
  for (std::size_t i = 0; i < count; ++i) pieces[i] = as_bytes(queue[i]);
  return count;
}

/// So many bytes of them were sent.
inline void remove_sent(std::deque<std::string>& queue, std::size_t bytes) {
  while (bytes > 0) {
    const std::size_t whole = std::min(bytes, queue.front().size());
    queue.front().erase(0, whole);
    if (queue.front().empty()) queue.pop_front();
    bytes -= whole;
  }
}

/// Counts what it is told, and can act on it.
struct Watcher final : ReadinessHandler {
  std::function<void(Readiness)> act = [](Readiness) {};
  int readable = 0;
  int writable = 0;
  int hung_up = 0;

  void on_ready(Readiness readiness) noexcept override {
    readable += readiness.is_readable;
    writable += readiness.is_writable;
    hung_up += readiness.is_hung_up;
    act(readiness);
  }
};

/// Writes `text` in one call; how many bytes were taken.
inline std::size_t write_text(Stream& stream, std::string_view text) {
  const ByteView piece = as_bytes(text);
  const auto written = stream.write(std::span(&piece, 1));
  REQUIRE(written);
  return written->bytes;
}

/// What there is to read now.
inline std::string read_text(Stream& stream) {
  std::string text(64UL * 1024, '\0');
  const auto got = stream.read(std::as_writable_bytes(std::span(text)));
  text.resize(got ? got->bytes : 0);
  return text;
}

}  // namespace malinka::net

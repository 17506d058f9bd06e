// SPDX-License-Identifier: MIT
// Two ends' streams, and what carries their messages to and fro in the test's hand. Not part of any
// program.

#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "client/stream_core.h"
#include "client/stream_transport.h"
#include "client/streams.h"

namespace malinka::client {

/// Owns an end and keeps what it tells; takes what comes, unless told not to. What it does then
/// besides is in the hooks, which may destroy the end.
struct StreamOwner final : StreamHandler {
  void on_chunk(const StreamBytes& bytes) noexcept override {
    append(got, ByteView(*bytes));
    ++chunks;
    if (takes && end) end->take(bytes->size());
    at_chunk();
  }
  void on_room() noexcept override {
    ++rooms;
    at_room();
  }
  void on_end(std::string value) noexcept override {
    ++ends;
    end_value = std::move(value);
    at_end();
  }
  void on_over(const std::optional<StreamFailure>& why) noexcept override {
    ++overs;
    failure = why;
    at_over();
  }

  std::unique_ptr<StreamEnd> end;
  bool takes = true;
  std::function<void()> at_chunk = [] {};
  std::function<void()> at_room = [] {};
  std::function<void()> at_end = [] {};
  std::function<void()> at_over = [] {};

  Bytes got;
  int chunks = 0;
  int rooms = 0;
  int ends = 0;
  int overs = 0;
  std::string end_value;
  std::optional<StreamFailure> failure;
};

/// One end's streams; what they send waits in `sent`.
struct StreamSide final : StreamTransport {
  StreamSide(const Clock& clock, StreamKey::Side which) : side(which), streams(clock, *this) {
    streams.set_queue_bytes(limits::queue_bytes);
  }

  Result<std::string> send_stream_message(const StreamKey& key, const Message& message) override {
    if (failing) return fail(*failing);
    sent.push_back(message);
    sent.back().id = '"' + key.peer + std::to_string(++ids) + '"';
    return sent.back().id;
  }
  void want_link() override { ++links_wanted; }
  void call_later(net::Task task) override { put_off.push_back(std::move(task)); }

  /// As the link, when it takes more.
  void offer_link() {
    for (std::size_t before = sent.size() + 1; before != sent.size();) {
      before = sent.size();
      streams.send_next();
    }
  }
  /// As the next turn of the loop.
  bool run_put_off() {
    auto tasks = std::exchange(put_off, {});
    for (net::Task& task : tasks) task();
    return !tasks.empty();
  }
  /// The parts that wait, taken apart.
  [[nodiscard]] std::vector<protocol::StreamPart> parts() const {
    std::vector<protocol::StreamPart> parts;
    for (const Message& message : sent)
      parts.push_back(*protocol::parse_stream_part(message.stream));
    return parts;
  }
  /// How many of them are of that kind.
  template <typename Kind>
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        parts(), [](const auto& part) { return std::holds_alternative<Kind>(part.what); }));
  }

  StreamKey::Side side;
  Streams streams;
  std::deque<Message> sent;
  std::vector<net::Task> put_off;
  std::optional<std::errc> failing;
  int links_wanted = 0;
  int ids = 0;
};

/// `phone` has asked `kitchen` for streams.
struct StreamPair {
  using Side = StreamKey::Side;

  /// Opens the stream `id` at both ends.
  void open(const std::string& id, StreamOwner& asker, StreamOwner& device) {
    const std::uint64_t there = *kitchen.streams.reserve_window();
    const std::uint64_t here = *phone.streams.reserve_window();
    device.end = kitchen.streams.open(
        {.key = {Side::executor, "phone", id}, .name = "x", .credit = here, .window = there},
        device);
    asker.end = phone.streams.open(
        {.key = {Side::requester, "kitchen", id}, .name = "x", .credit = there, .window = here},
        asker);
  }
  /// Hands the oldest message of `from` to the other side.
  void deliver_one(StreamSide& from) {
    const Message message = std::move(from.sent.front());
    from.sent.pop_front();
    deliver(from, message);
  }
  void deliver(StreamSide& from, const Message& message) {
    StreamSide& to = &from == &phone ? kitchen : phone;
    const auto part = protocol::parse_stream_part(message.stream);
    REQUIRE(part);
    to.streams.take({to.side, &from == &phone ? "phone" : "kitchen", part->id}, *part, message);
  }
  /// Until nobody has anything to say.
  void settle() {
    for (bool is_busy = true; is_busy;) {
      is_busy = false;
      for (StreamSide* const side : {&phone, &kitchen}) {
        side->offer_link();
        if (side->run_put_off()) is_busy = true;
        for (; !side->sent.empty(); is_busy = true) deliver_one(*side);
      }
    }
  }

  ManualClock clock;
  StreamSide phone{clock, Side::requester};
  StreamSide kitchen{clock, Side::executor};
};

/// With one stream open. The owners are declared behind the sides, so they go first.
struct OpenPair : StreamPair {
  OpenPair() { open("\"a\"", asker, device); }

  StreamOwner asker;
  StreamOwner device;
};

/// Bytes of which no two neighbours are alike.
inline Bytes some_bytes(std::size_t size, unsigned seed = 1) {
  Bytes bytes(size);
  unsigned value = seed;
  for (std::byte& one : bytes)
    one = static_cast<std::byte>((value = value * 1103515245 + 12345) >> 16);
  return bytes;
}

}  // namespace malinka::client

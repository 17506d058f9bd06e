// SPDX-License-Identifier: MIT
#include "link/send_queue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

#include "net/stream.h"

namespace malinka::link {
namespace {

/// A queue with those frames in it.
SendQueue make_queue(std::initializer_list<std::string_view> frames) {
  SendQueue queue;
  for (const std::string_view frame : frames) queue.push(SharedBytes(to_bytes(frame)));
  return queue;
}

/// What is next, a bar between the pieces.
std::string pieces_of(const SendQueue& queue, std::size_t pieces_max = 10) {
  std::array<ByteView, 10> room;
  const std::size_t count = queue.fill(std::span(room).first(pieces_max));
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? "|" : "") + to_text(room[i]);
  return text;
}

}  // namespace

TEST_CASE("frames leave in the order in which they came, in pieces of any size") {
  const std::string all = "onetwothree";
  for (std::size_t piece = 1; piece <= all.size(); ++piece) {
    SendQueue queue = make_queue({"one", "two", "three"});
    std::string left = all;
    while (!left.empty()) {
      std::string next;
      for (const char letter : pieces_of(queue))
        if (letter != '|') next += letter;
      REQUIRE(next == left);
      REQUIRE(queue.unsent_bytes() == left.size());
      const std::size_t sent = std::min(piece, left.size());
      queue.remove(sent);
      left.erase(0, sent);
    }
    CHECK(queue.is_empty());
    CHECK(queue.has_room());
  }
}

TEST_CASE("what is behind a frame that went in part comes whole") {
  SendQueue queue = make_queue({"one", "two", "three"});
  queue.remove(4);
  CHECK(pieces_of(queue) == "wo|three");
  queue.push(SharedBytes(to_bytes("four")));
  CHECK(pieces_of(queue) == "wo|three|four");
  CHECK(pieces_of(queue, 2) == "wo|three");
  CHECK(pieces_of(queue, 0).empty());
}

TEST_CASE("a queue is full with as many frames as one write takes, or with 64 KiB") {
  SendQueue frames;
  for (std::size_t i = 0; i < net::write_pieces_max; ++i) {
    REQUIRE(frames.has_room());
    frames.push(SharedBytes(to_bytes("x")));
  }
  CHECK_FALSE(frames.has_room());

  SendQueue bytes;
  bytes.push(SharedBytes(Bytes(64UL * 1024 - 1)));
  CHECK(bytes.has_room());
  bytes.push(SharedBytes(to_bytes("x")));
  CHECK_FALSE(bytes.has_room());
  bytes.remove(1);
  CHECK(bytes.has_room());
}

}  // namespace malinka::link

// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/scrollback.h"

#include <doctest/doctest.h>

#include <string>

namespace malinka::agent::terminal {
namespace {

std::string tail_of(const Scrollback& scrollback, std::size_t bytes_max = 1000) {
  return to_text(scrollback.tail(bytes_max));
}

}  // namespace

TEST_CASE("what fits is kept whole") {
  Scrollback scrollback(10);
  CHECK(tail_of(scrollback).empty());
  scrollback.append(as_bytes("one\n"));
  scrollback.append(as_bytes("two\nxy"));
  CHECK(tail_of(scrollback) == "one\ntwo\nxy");
}

TEST_CASE("of what does not fit the latest is kept, from the beginning of a line on") {
  Scrollback scrollback(10);
  scrollback.append(as_bytes("one\ntwo\nxyz"));
  CHECK(tail_of(scrollback) == "two\nxyz");
  scrollback.append(as_bytes("\n45"));
  CHECK(tail_of(scrollback) == "xyz\n45");
}

TEST_CASE("a line that is longer than all that is kept is cut") {
  Scrollback scrollback(4);
  scrollback.append(as_bytes("abcdefghij"));
  CHECK(tail_of(scrollback) == "ghij");
}

TEST_CASE("a shorter tail begins with a line too") {
  Scrollback scrollback(100);
  scrollback.append(as_bytes("one\ntwo\nthree"));
  CHECK(tail_of(scrollback, 8) == "three");
  CHECK(tail_of(scrollback, 13) == "one\ntwo\nthree");
}

TEST_CASE("however it comes, the ring has the last bytes of it") {
  for (std::size_t piece = 1; piece < 30; ++piece) {
    CAPTURE(piece);
    Scrollback scrollback(11);
    std::string all;
    for (int i = 0; i < 20; ++i) {
      const std::string bytes(piece, static_cast<char>('a' + i));
      all += bytes;
      scrollback.append(as_bytes(bytes));
    }
    const std::size_t kept = std::min<std::size_t>(all.size(), 11);
    CHECK(tail_of(scrollback) == all.substr(all.size() - kept));
  }
}

}  // namespace malinka::agent::terminal

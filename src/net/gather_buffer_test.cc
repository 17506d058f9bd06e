// SPDX-License-Identifier: MIT
#include "net/gather_buffer.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace malinka::net {

TEST_CASE("pieces are joined in their order") {
  GatherBuffer buffer;
  const std::array pieces = {as_bytes("one "), as_bytes("two "), as_bytes("three")};
  CHECK(as_text(buffer.join(pieces)) == "one two three");
}

TEST_CASE("a lonely piece and no piece are not copied") {
  GatherBuffer buffer;
  const std::array piece = {as_bytes("one")};
  CHECK(buffer.join(piece).data() == piece[0].data());
  CHECK(buffer.join({}).empty());
}

TEST_CASE("the very same pieces share one copy, others have their own") {
  GatherBuffer buffer;
  const std::array pieces = {as_bytes("one "), as_bytes("two")};
  const std::array others = {as_bytes("one "), as_bytes("ten")};
  const ByteView joined = buffer.join(pieces);
  CHECK(buffer.join(pieces).data() == joined.data());
  CHECK(as_text(buffer.join(others)) == "one ten");
  CHECK(as_text(joined) == "one two");
}

TEST_CASE("pieces that may have changed are copied again") {
  GatherBuffer buffer;
  std::string text = "two";
  const std::array pieces = {as_bytes("one "), as_bytes(text)};
  CHECK(as_text(buffer.join(pieces)) == "one two");
  text = "ten";
  buffer.forget_pieces();
  CHECK(as_text(buffer.join(pieces)) == "one ten");
  text = "six";
  buffer.clear();
  CHECK(as_text(buffer.join(pieces)) == "one six");
}

TEST_CASE("a long piece is left where it is, and ends what is joined before it") {
  GatherBuffer buffer;
  const std::string large(GatherBuffer::joined_bytes_max + 1, 'x');
  const std::array pieces = {as_bytes("one "), as_bytes("two"), as_bytes(large)};
  CHECK(as_text(buffer.join(pieces)) == "one two");
  const std::array behind = {as_bytes(large), as_bytes("three")};
  CHECK(buffer.join(behind).data() == behind[0].data());
  CHECK(buffer.join(behind).size() == large.size());
}

TEST_CASE("half of it is always there for whoever is asked next") {
  GatherBuffer buffer;
  const std::string half(GatherBuffer::joined_bytes_max / 2, 'x');
  const std::string other(GatherBuffer::joined_bytes_max / 2, 'y');
  CHECK(buffer.join(std::array{as_bytes(half), as_bytes(other)}).size() ==
        GatherBuffer::joined_bytes_max);
  CHECK(buffer.has_room());
  CHECK(buffer.join(std::array{as_bytes(other), as_bytes(half)}).size() ==
        GatherBuffer::joined_bytes_max);
  CHECK_FALSE(buffer.has_room());
  buffer.clear();
  CHECK(buffer.has_room());
}

}  // namespace malinka::net

// SPDX-License-Identifier: MIT
#include "wire/frame.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace malinka::wire {
namespace {

constexpr Mask test_mask{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}};

/// Bytes 0, 1, 2, … so that a byte out of place is seen.
Bytes counted_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + 7);
  return bytes;
}

/// Section 5.3, to the letter.
Bytes masked_as_the_rfc_says(Bytes bytes, const Mask& mask, std::uint64_t offset) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] ^= mask[static_cast<std::size_t>((offset + i) % 4)];
  return bytes;
}

}  // namespace

TEST_CASE("masking is the same as byte by byte, for every length and offset") {
  const Bytes plain = counted_bytes(70);
  for (std::size_t size = 0; size <= plain.size(); ++size) {
    for (std::uint64_t offset = 0; offset < 8; ++offset) {
      CAPTURE(size);
      CAPTURE(offset);
      Bytes bytes(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
      const Bytes expected = masked_as_the_rfc_says(bytes, test_mask, offset);
      apply_mask(bytes, test_mask, offset);
      CHECK(bytes == expected);
    }
  }
}

TEST_CASE("masking needs no alignment") {
  for (std::size_t begin = 0; begin < 8; ++begin) {
    CAPTURE(begin);
    Bytes bytes = counted_bytes(40);
    const Bytes tail(bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.end());
    apply_mask(std::span(bytes).subspan(begin), test_mask);
    CHECK(std::ranges::equal(std::span(bytes).subspan(begin),
                             masked_as_the_rfc_says(tail, test_mask, 0)));
  }
}

TEST_CASE("masking at the end of the largest frame does not overflow") {
  Bytes bytes = counted_bytes(9);
  constexpr std::uint64_t last = 0x7FFF'FFFF'FFFF'FFFF;
  const Bytes expected = masked_as_the_rfc_says(bytes, test_mask, last % 4);
  apply_mask(bytes, test_mask, last);
  CHECK(bytes == expected);
}

TEST_CASE("a written header reads back the same, in its shortest form") {
  const std::pair<std::uint64_t, std::size_t> cases[] = {
      {0, 2}, {125, 2}, {126, 4}, {65535, 4}, {65536, 10}, {0x7FFF'FFFF'FFFF'FFFF, 10}};
  for (const auto& [payload_bytes, header_bytes] : cases) {
    for (const Role sender : {Role::client, Role::server}) {
      CAPTURE(payload_bytes);
      FrameHeader header{
          .opcode = Opcode::binary, .is_final = false, .payload_bytes = payload_bytes};
      if (sender == Role::client) header.mask = test_mask;
      std::array<std::byte, frame_header_bytes_max> out;
      const std::size_t written = write_frame_header(header, out);
      CHECK(written == header_bytes + (sender == Role::client ? sizeof(Mask) : 0));

      const auto read = parse_frame_header(ByteView(out).first(written), sender);
      REQUIRE(read);
      REQUIRE(*read);
      CHECK((*read)->opcode == header.opcode);
      CHECK((*read)->is_final == header.is_final);
      CHECK((*read)->mask == header.mask);
      CHECK((*read)->payload_bytes == payload_bytes);
      CHECK((*read)->header_bytes == written);
    }
  }
}

TEST_CASE("a header gives nothing until its last byte is there") {
  const Bytes frame = make_frame(Opcode::text, counted_bytes(70'000), Role::client);
  for (std::size_t size = 0; size < frame_header_bytes_max; ++size) {
    CAPTURE(size);
    const auto header = parse_frame_header(ByteView(frame).first(size), Role::client);
    REQUIRE(header);
    CHECK_FALSE(*header);
  }
}

TEST_CASE("a server's frame is its header and the pieces in a row") {
  const std::array<ByteView, 3> pieces{as_bytes("Hel"), ByteView(), as_bytes("lo")};
  const Bytes frame = make_frame(Opcode::text, pieces, Role::server);
  CHECK(as_text(frame) == "\x81\x05Hello");
}

TEST_CASE("a client's frame is masked, each with a mask of its own") {
  const Bytes frame = make_frame(Opcode::text, as_bytes("Hello"), Role::client);
  const auto header = parse_frame_header(frame, Role::client);
  REQUIRE(header);
  REQUIRE(*header);
  Bytes payload(frame.begin() + static_cast<std::ptrdiff_t>((*header)->header_bytes), frame.end());
  apply_mask(payload, *(*header)->mask);
  CHECK(as_text(payload) == "Hello");

  bool is_same_mask = true;  // One repetition may be chance, eight are not.
  for (int i = 0; i < 8; ++i)
    is_same_mask &= make_frame(Opcode::text, as_bytes("Hello"), Role::client) == frame;
  CHECK_FALSE(is_same_mask);
}

TEST_CASE("every frame error says what it is") {
  for (int value = 1; value <= static_cast<int>(FrameError::bad_close_payload); ++value) {
    CAPTURE(value);
    CHECK(describe(static_cast<FrameError>(value)) != "unknown frame error");
  }
  CHECK(make_error_code(FrameError::bad_utf8).message() == "text is not valid UTF-8");
}

}  // namespace malinka::wire

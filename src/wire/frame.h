// SPDX-License-Identifier: MIT
// One WebSocket frame: its header, and the masking of its payload. RFC 6455 section 5.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/error_category.h"
#include "malinka/result.h"

namespace malinka::wire {

/// Which end of a connection: a client masks what it sends, a server does not.
enum class Role : std::uint8_t { client, server };

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

/// As the first byte of a frame says, which may be none of those above. Section 5.2.
[[nodiscard]] constexpr Opcode opcode_of(std::byte first_byte) {
  return Opcode{std::to_integer<std::uint8_t>(first_byte & std::byte{0x0F})};
}

/// Control frames are those whose opcode has its highest bit set. Section 5.5.
[[nodiscard]] constexpr bool is_control(Opcode opcode) {
  return (static_cast<std::uint8_t>(opcode) & 0x8) != 0;
}

using Mask = std::array<std::byte, 4>;

inline constexpr std::size_t frame_header_bytes_max = 14;
inline constexpr std::size_t control_payload_bytes_max = 125;

struct FrameHeader {
  Opcode opcode = Opcode::text;
  bool is_final = true;
  std::optional<Mask> mask = std::nullopt;
  std::uint64_t payload_bytes = 0;
  std::size_t header_bytes = 0;  ///< How long the header itself is on the wire.
};

enum class FrameError : std::uint8_t {
  reserved_bits_set = 1,
  unknown_opcode,
  wrong_masking,
  control_too_long,
  control_fragmented,
  length_not_minimal,
  length_too_large,
  unexpected_continuation,
  expected_continuation,
  bad_utf8,
  bad_close_payload,
};
std::string_view describe(FrameError error);
inline std::error_code make_error_code(FrameError error) {
  return base::error_code_of(error, "frame");
}

/// The header at the start of `bytes`, sent by `sender`; nothing while it is not whole. A header
/// that its sender may not send is refused as soon as the bytes that show it are there.
/// Errors: FrameError. Source: RFC 6455 section 5.2.
[[nodiscard]] Result<std::optional<FrameHeader>> parse_frame_header(ByteView bytes, Role sender);

/// Writes the header in its shortest form; returns how many bytes of `out` it took.
std::size_t write_frame_header(const FrameHeader& header,
                               std::span<std::byte, frame_header_bytes_max> out);

/// Masks or unmasks `payload` in place; `offset` is where it stands in its frame. Section 5.3.
void apply_mask(std::span<std::byte> payload, const Mask& mask, std::uint64_t offset = 0);

/// One whole frame with the payload `pieces` in a row: masked with a fresh random mask for a
/// client.
[[nodiscard]] Bytes make_frame(Opcode opcode, std::span<const ByteView> pieces, Role sender);
[[nodiscard]] Bytes make_frame(Opcode opcode, ByteView payload, Role sender);

}  // namespace malinka::wire

template <>
struct std::is_error_code_enum<malinka::wire::FrameError> : std::true_type {};

// SPDX-License-Identifier: MIT
#include "wire/frame.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/random.h"
#include "base/try.h"

namespace malinka::wire {
namespace {

// Section 5.2: the two bytes that every header begins with.
constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;

// Section 5.2: the lengths that stand for "the length follows, in so many bytes".
constexpr std::uint8_t length_in_2_bytes = 126;
constexpr std::uint8_t length_in_8_bytes = 127;

constexpr std::uint8_t byte_at(ByteView bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

Result<void> check_first_byte(std::uint8_t first) {
  const std::uint8_t opcode = first & opcode_bits;
  if ((first & reserved_bits) != 0) return fail(FrameError::reserved_bits_set);  // 5.2
  if (!is_known(opcode)) return fail(FrameError::unknown_opcode);                // 5.2
  if (is_control(Opcode{opcode}) && (first & final_bit) == 0)                    // 5.5
    return fail(FrameError::control_fragmented);
  return {};
}

Result<void> check_second_byte(std::uint8_t second, Opcode opcode, Role sender) {
  const bool is_masked = (second & mask_bit) != 0;
  if (is_masked != (sender == Role::client)) return fail(FrameError::wrong_masking);  // 5.1
  if (is_control(opcode) && (second & length_bits) > control_payload_bytes_max)       // 5.5
    return fail(FrameError::control_too_long);
  return {};
}

std::size_t extended_length_bytes(std::uint8_t short_length) {
  if (short_length == length_in_2_bytes) return 2;
  if (short_length == length_in_8_bytes) return 8;
  return 0;
}

std::uint64_t read_big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

void write_big_endian(std::uint64_t value, std::span<std::byte> out) {
  for (std::size_t i = out.size(); i-- > 0; value >>= 8) out[i] = static_cast<std::byte>(value);
}

/// What has come of an extended length of `length_bytes`. Section 5.2: the minimal number of bytes
/// must be used, and the most significant bit of 64 must be 0.
Result<void> check_extended_length(ByteView came, std::size_t length_bytes) {
  if (length_bytes == 2) {
    if (came.size() == 2 && read_big_endian(came) < length_in_2_bytes)
      return fail(FrameError::length_not_minimal);
    return {};
  }
  if (!came.empty() && (byte_at(came, 0) & 0x80) != 0) return fail(FrameError::length_too_large);
  if (came.size() >= 6 && read_big_endian(came.first(6)) == 0)
    return fail(FrameError::length_not_minimal);
  return {};
}

std::uint8_t short_length_of(std::uint64_t payload_bytes) {
  if (payload_bytes < length_in_2_bytes) return static_cast<std::uint8_t>(payload_bytes);
  return payload_bytes <= 0xFFFF ? length_in_2_bytes : length_in_8_bytes;
}

Mask random_mask() {
  Mask mask;
  base::fill_random(mask);
  return mask;
}

}  // namespace

std::string_view describe(FrameError error) {
  switch (error) {
    case FrameError::reserved_bits_set: return "a reserved bit is set in a frame";
    case FrameError::unknown_opcode: return "a frame has an unknown opcode";
    case FrameError::wrong_masking: return "a client's frame is not masked, or a server's is";
    case FrameError::control_too_long: return "a control frame is longer than 125 bytes";
    case FrameError::control_fragmented: return "a control frame is fragmented";
    case FrameError::length_not_minimal: return "a frame's length is not in its shortest form";
    case FrameError::length_too_large: return "a frame's length needs more than 63 bits";
    case FrameError::unexpected_continuation: return "a continuation continues nothing";
    case FrameError::expected_continuation: return "a message begins inside another one";
    case FrameError::bad_utf8: return "text is not valid UTF-8";
    case FrameError::bad_close_payload: return "a close frame says something it may not";
  }
  return "unknown frame error";
}

Result<std::optional<FrameHeader>> parse_frame_header(ByteView bytes, Role sender) {
  if (bytes.empty()) return std::nullopt;
  const std::uint8_t first = byte_at(bytes, 0);
  TRY_VOID(check_first_byte(first));
  const Opcode opcode{static_cast<std::uint8_t>(first & opcode_bits)};

  if (bytes.size() < 2) return std::nullopt;
  const std::uint8_t second = byte_at(bytes, 1);
  TRY_VOID(check_second_byte(second, opcode, sender));

  FrameHeader header{.opcode = opcode,
                     .is_final = (first & final_bit) != 0,
                     .mask = std::nullopt,
                     .payload_bytes = static_cast<std::uint64_t>(second & length_bits),
                     .header_bytes = 2};
  if (const std::size_t length_bytes = extended_length_bytes(second & length_bits)) {
    const ByteView came = bytes.subspan(2, std::min(length_bytes, bytes.size() - 2));
    TRY_VOID(check_extended_length(came, length_bytes));
    header.payload_bytes = read_big_endian(came);
    header.header_bytes += length_bytes;
  }

  const std::size_t mask_at = header.header_bytes;
  if (sender == Role::client) header.header_bytes += sizeof(Mask);
  if (bytes.size() < header.header_bytes) return std::nullopt;
  if (sender == Role::client)
    std::memcpy(header.mask.emplace().data(), bytes.data() + mask_at, sizeof(Mask));
  return header;
}

std::size_t write_frame_header(const FrameHeader& header,
                               std::span<std::byte, frame_header_bytes_max> out) {
  const std::uint8_t short_length = short_length_of(header.payload_bytes);
  const std::size_t length_bytes = extended_length_bytes(short_length);
  out[0] = std::byte{header.is_final ? final_bit : std::uint8_t{0}} |
           static_cast<std::byte>(header.opcode);
  out[1] = std::byte{header.mask ? mask_bit : std::uint8_t{0}} | std::byte{short_length};
  write_big_endian(header.payload_bytes, out.subspan(2, length_bytes));
  if (!header.mask) return 2 + length_bytes;
  std::memcpy(out.data() + 2 + length_bytes, header.mask->data(), sizeof(Mask));
  return 2 + length_bytes + sizeof(Mask);
}

void apply_mask(std::span<std::byte> payload, const Mask& mask, std::uint64_t offset) {
  Mask turned = mask;  // So that its first byte meets the first byte of `payload`.
  std::ranges::rotate(turned, turned.begin() + static_cast<std::ptrdiff_t>(offset % sizeof(Mask)));
  const std::array<Mask, 2> twice{turned, turned};
  const auto mask_word = std::bit_cast<std::uint64_t>(twice);

  // Words of eight bytes by memcpy, which costs nothing and needs no alignment: the compiler makes
  // vector instructions of this loop.
  std::byte* at = payload.data();
  std::size_t left = payload.size();
  for (; left >= sizeof(mask_word); at += sizeof(mask_word), left -= sizeof(mask_word)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    word ^= mask_word;
    std::memcpy(at, &word, sizeof(word));
  }
  for (std::size_t i = 0; i < left; ++i) at[i] ^= turned[i % sizeof(Mask)];
}

Bytes make_frame(Opcode opcode, std::span<const ByteView> pieces, Role sender) {
  std::size_t payload_bytes = 0;
  for (const ByteView piece : pieces) payload_bytes += piece.size();
  FrameHeader header{.opcode = opcode, .payload_bytes = payload_bytes};
  if (sender == Role::client) header.mask = random_mask();
  std::array<std::byte, frame_header_bytes_max> header_bytes;
  const std::size_t header_size = write_frame_header(header, header_bytes);

  Bytes frame;
  frame.reserve(header_size + payload_bytes);
  append(frame, ByteView(header_bytes).first(header_size));
  for (const ByteView piece : pieces) append(frame, piece);
  if (header.mask) apply_mask(std::span(frame).subspan(header_size), *header.mask);
  return frame;
}

Bytes make_frame(Opcode opcode, ByteView payload, Role sender) {
  return make_frame(opcode, std::span(&payload, 1), sender);
}

}  // namespace malinka::wire

// SPDX-License-Identifier: MIT
#include "raw_frame.h"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

namespace malinka::test {
namespace {

constexpr std::array<unsigned char, 4> mask = {0x37, 0xFA, 0x21, 0x3D};

void append_big_endian(std::string& bytes, std::uint64_t value, unsigned size) {
  while (size-- > 0) bytes.push_back(static_cast<char>(value >> (8 * size) & 0xFF));
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

void turn_mask(std::string& payload, std::string_view key) {
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ key[i % key.size()]);
}

/// How many bytes the length takes behind the second byte, which says so.
std::size_t length_bytes_of(unsigned short_length) {
  if (short_length < 126) return 0;
  return short_length == 126 ? 2 : 8;
}

void check_shortest(std::uint64_t length, std::size_t length_bytes) {
  if (length_bytes == 2) CHECK(length >= 126);
  if (length_bytes == 8) CHECK(length > 0xFFFF);
}

}  // namespace

std::string write_frame(const RawFrame& frame) {
  std::string bytes;
  bytes.push_back(
      static_cast<char>((frame.is_final ? 0x80 : 0) | frame.reserved_bits << 4 | frame.opcode));
  const std::uint64_t length = frame.announced_bytes.value_or(frame.payload.size());
  const unsigned mask_bit = frame.is_masked ? 0x80 : 0;
  if (length < 126) {
    bytes.push_back(static_cast<char>(mask_bit | length));
  } else {
    bytes.push_back(static_cast<char>(mask_bit | (length <= 0xFFFF ? 126 : 127)));
    append_big_endian(bytes, length, length <= 0xFFFF ? 2 : 8);
  }
  if (!frame.is_masked) return bytes + frame.payload;
  const std::string key(mask.begin(), mask.end());
  std::string masked = frame.payload;
  turn_mask(masked, key);
  return bytes + key + masked;
}

std::optional<RawFrame> take_frame(std::string& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  RawFrame frame{.is_final = (first & 0x80) != 0,
                 .reserved_bits = first >> 4 & 7U,
                 .opcode = first & 0x0FU,
                 .is_masked = (second & 0x80) != 0};

  const std::size_t length_bytes = length_bytes_of(second & 0x7FU);
  const std::size_t mask_bytes = frame.is_masked ? mask.size() : 0;
  const std::size_t header_bytes = 2 + length_bytes + mask_bytes;
  if (bytes.size() < header_bytes) return std::nullopt;
  const std::string_view head(bytes);
  const std::uint64_t length =
      length_bytes == 0 ? second & 0x7FU : read_big_endian(head.substr(2, length_bytes));
  check_shortest(length, length_bytes);
  if (bytes.size() - header_bytes < length) return std::nullopt;

  frame.payload = bytes.substr(header_bytes, length);
  if (frame.is_masked) turn_mask(frame.payload, head.substr(header_bytes - mask_bytes, mask_bytes));
  bytes.erase(0, header_bytes + length);
  return frame;
}

}  // namespace malinka::test

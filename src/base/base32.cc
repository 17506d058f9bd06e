// SPDX-License-Identifier: MIT
#include "base/base32.h"

#include <cstdint>

namespace malinka::base {

std::string encode_base32(ByteView bytes) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  std::uint32_t pool = 0;
  unsigned pool_bits = 0;
  for (const std::byte byte : bytes) {
    pool = (pool << 8) | std::to_integer<std::uint32_t>(byte);
    for (pool_bits += 8; pool_bits >= 5; pool_bits -= 5)
      text.push_back(alphabet[(pool >> (pool_bits - 5)) & 31]);
  }
  if (pool_bits > 0) text.push_back(alphabet[(pool << (5 - pool_bits)) & 31]);
  return text;
}

std::string grouped(std::string_view text, std::size_t length) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += length) {
    if (at > 0) out.push_back('-');
    out += text.substr(at, length);
  }
  return out;
}

}  // namespace malinka::base

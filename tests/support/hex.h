// SPDX-License-Identifier: MIT
// Bytes as vectors and scripts write them.

#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace malinka::test {

[[nodiscard]] inline std::string hex_of(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte) >> 4];
    text += digits[std::to_integer<std::size_t>(byte) & 15];
  }
  return text;
}

}  // namespace malinka::test

// SPDX-License-Identifier: MIT
// Little-endian numbers in bytes, as all of section 8 has them.

#pragma once

#include <concepts>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace malinka::seal {

/// To the start of `out`.
template <std::unsigned_integral Number>
void write_number(std::span<std::byte> out, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i)
    out[i] = static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xFF);
}

template <std::unsigned_integral Number>
void append_number(Bytes& bytes, Number number) {
  bytes.resize(bytes.size() + sizeof number);
  write_number(std::span(bytes).last(sizeof number), number);
}

/// `bytes` has as many as the number.
template <std::unsigned_integral Number>
[[nodiscard]] Number read_number(ByteView bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    number |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return static_cast<Number>(number);
}

}  // namespace malinka::seal

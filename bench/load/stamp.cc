// SPDX-License-Identifier: MIT
#include "bench/load/stamp.h"

namespace malinka::bench {
namespace {

constexpr std::size_t publisher_digits = 4;
constexpr std::size_t tail_bytes = 1 + stamp_bytes + stamp_tail.size();

void write_hex(std::uint32_t number, std::span<char> out) {
  for (std::size_t i = out.size(); i-- > 0; number >>= 4) out[i] = "0123456789abcdef"[number & 0xf];
}

/// Nothing but what write_hex wrote may stand there; the stamp's `#` has been seen.
std::uint32_t read_hex(std::string_view digits) {
  std::uint32_t number = 0;
  for (const char digit : digits) {
    const unsigned value = static_cast<unsigned char>(digit);
    number = (number << 4) | (value <= '9' ? value - '0' : value - 'a' + 10);
  }
  return number;
}

}  // namespace

void write_stamp(Stamp stamp, std::span<char, stamp_bytes> out) {
  write_hex(stamp.publisher, out.first<publisher_digits>());
  write_hex(stamp.sequence, out.subspan<publisher_digits>());
}

std::optional<Stamp> read_stamp(std::string_view message) {
  if (message.size() < tail_bytes || !message.ends_with(stamp_tail)) return std::nullopt;
  const std::string_view tail = message.substr(message.size() - tail_bytes);
  if (tail[0] != '#') return std::nullopt;
  return Stamp{read_hex(tail.substr(1, publisher_digits)),
               read_hex(tail.substr(1 + publisher_digits, stamp_bytes - publisher_digits))};
}

}  // namespace malinka::bench

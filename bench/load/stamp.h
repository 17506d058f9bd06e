// SPDX-License-Identifier: MIT
// What every measured message ends with: who sent it and which one it is. The same text goes
// through every subject, so that a reader needs only its last bytes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace malinka::bench {

/// **Value.** Publishers are numbered through all channels, sequences from 0 for each.
struct Stamp {
  std::uint32_t publisher = 0;
  std::uint32_t sequence = 0;
};

/// As `0001000000ff`: four digits and eight, hexadecimal.
inline constexpr std::size_t stamp_bytes = 12;
/// A message ends with `#`, the stamp and this.
inline constexpr std::string_view stamp_tail = "\"}";

void write_stamp(Stamp stamp, std::span<char, stamp_bytes> out);

/// The stamp at the end of `message`; nothing where it has none.
[[nodiscard]] std::optional<Stamp> read_stamp(std::string_view message);

}  // namespace malinka::bench

// SPDX-License-Identifier: MIT
// Numbers, times and words as people and shells read them.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace malinka::cli {

/// As 512 B, 4.2 KiB, 17 MiB.
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// As 3 d 4 h, 12 min, 5 s.
[[nodiscard]] std::string format_duration(double seconds);

/// The protocol's timestamp as `2026-11-22 21:48` in the local time zone; as it is where it is
/// none.
[[nodiscard]] std::string format_time(std::string_view timestamp);

/// The time of day now, as 21:48:07.
[[nodiscard]] std::string format_clock();

/// As `drwxr-xr-x`, from the type of an entry (spec/commands.json) and its octal mode.
[[nodiscard]] std::string format_mode(std::string_view type, std::string_view octal);

/// One shell line that gives a program these very words. A single word is a line already.
[[nodiscard]] std::string shell_line(std::span<const std::string> words);

}  // namespace malinka::cli

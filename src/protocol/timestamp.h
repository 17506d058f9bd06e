// SPDX-License-Identifier: MIT
// RFC 3339 timestamps in UTC, the only form of time in messages.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace malinka::protocol {

/// As 2026-11-22T21:48:07.123Z.
[[nodiscard]] std::string format_timestamp(Wall time);

/// Takes upper-case T and Z, no other offset, and any number of decimals (those behind the ninth
/// are dropped). Nothing for anything else, and for a date or time of day that does not exist; a
/// leap second, 23:59:60, is the last instant of the second before. A time that Wall cannot hold is
/// the nearest that it can.
[[nodiscard]] std::optional<Wall> parse_timestamp(std::string_view text);

}  // namespace malinka::protocol

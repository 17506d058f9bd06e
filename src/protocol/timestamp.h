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

/// Takes any number of decimals (those behind the ninth are dropped) and Z, no other offset.
/// Nothing for anything else, and for a date or time of day that does not exist (a leap second is
/// :59.999…).
[[nodiscard]] std::optional<Wall> parse_timestamp(std::string_view text);

}  // namespace malinka::protocol

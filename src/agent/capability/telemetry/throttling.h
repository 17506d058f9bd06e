// SPDX-License-Identifier: MIT
// Whether a Raspberry Pi has too little power or is too hot: its firmware knows. README.md says
// which of its ways out there are today.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

/// Nothing where this is no such machine.
[[nodiscard]] std::optional<Throttling> read_throttling(const std::string& root);

/// The firmware's answer to `get_throttled`, as `throttled=0x50005`.
[[nodiscard]] std::optional<Throttling> parse_throttled(std::string_view answer);

}  // namespace malinka::agent::telemetry

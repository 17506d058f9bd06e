// SPDX-License-Identifier: MIT
// The tables of agent.toml: [policy.NAME], [files], [shell], [telemetry], [gpio.lines.NAME], [tv].

#pragma once

#include "agent/config.h"
#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::agent {

/// Fills in what the file says. Errors: std::errc::invalid_argument for a key, type or value that
/// cannot be, with a sentence that says which.
[[nodiscard]] Result<void> read_tables(const Json& file, Config& config);

}  // namespace malinka::agent

// SPDX-License-Identifier: MIT
// The tables [gpio.lines.NAME] of agent.toml.

#pragma once

#include <vector>

#include "agent/capability/gpio/line_settings.h"
#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::agent {

/// Errors: std::errc::invalid_argument for what cannot be, with a sentence that says which.
[[nodiscard]] Result<std::vector<gpio::LineSettings>> read_gpio(const Json& file);

}  // namespace malinka::agent

// SPDX-License-Identifier: MIT
// What a device says of itself, in words.

#pragma once

#include <string>

#include "base/json_fwd.h"

namespace malinka::cli {

/// One line of an agent.describe reply: model, system, version. Printable.
[[nodiscard]] std::string system_text(const Json& description);

/// The table of its capabilities.
[[nodiscard]] std::string capabilities_text(const Json& description);

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// What machine this is, for people: its model, operating system, kernel and architecture.

#pragma once

#include <string>

#include "base/json_fwd.h"

namespace malinka::agent::self {

/// `system` of agent.describe; members that nothing is known of are left out. `root` stands in
/// front of /etc, /proc and /sys: empty, but for tests.
[[nodiscard]] Json describe_system(const std::string& root = {});

}  // namespace malinka::agent::self

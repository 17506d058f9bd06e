// SPDX-License-Identifier: MIT
// The commands of `files`, each a function that may block: it runs on a worker.

#pragma once

#include "agent/capability/capability.h"
#include "agent/capability/files/roots.h"

namespace malinka::agent::files {

/// Carries out one of the files.* commands of spec/commands.json, whose value fits its schema.
[[nodiscard]] Reply carry_out(const Roots& roots, const Command& command);

}  // namespace malinka::agent::files

// SPDX-License-Identifier: MIT
// What rm and mkdir have in common: one command for each path given.

#pragma once

#include <functional>
#include <string>

#include "base/json_fwd.h"
#include "cli/program.h"
#include "cli/target.h"
#include "cli/verb.h"

namespace malinka::cli {

/// Asks `command` for each operand in turn, and goes on after a failure; the last one decides the
/// exit code.
[[nodiscard]] Attempt<ExitCode> ask_for_each(Program& program, const Arguments& arguments,
                                             const std::string& command,
                                             const std::function<Json(const Target&)>& make_value);

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// Edges of GPIO lines as they come, until Ctrl-C.

#pragma once

#include <string>

#include "base/json_fwd.h"
#include "cli/end_signals.h"
#include "cli/program.h"

namespace malinka::cli {

/// `wish` is the value of a gpio.watch without its time: it is asked for again for as long as this
/// lasts, and ended with it.
[[nodiscard]] Attempt<ExitCode> watch_lines(Program& program, Session& session,
                                            const std::string& device, const Json& wish,
                                            const EndSignals& end_signals);

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// What became of a command line, as the reply of shell.run.

#pragma once

#include "agent/capability/capability.h"
#include "agent/os/subprocess.h"

namespace malinka::agent::shell {

/// `definitions/output` of spec/commands.json: text where it is UTF-8, else base64.
[[nodiscard]] Json describe_output(os::Captured output);

[[nodiscard]] Reply to_reply(os::SubprocessOutcome outcome);

}  // namespace malinka::agent::shell

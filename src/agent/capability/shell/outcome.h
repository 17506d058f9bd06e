// SPDX-License-Identifier: MIT
// What became of a command line, as the reply of shell.run.

#pragma once

#include <chrono>
#include <string_view>

#include "agent/capability/capability.h"
#include "agent/os/subprocess.h"

namespace malinka::agent::shell {

/// `text` without a character that its end has torn.
[[nodiscard]] std::string_view whole_characters(std::string_view text);
/// `definitions/output` of spec/commands.json: text where it is UTF-8, else base64.
[[nodiscard]] Json describe_output(os::Captured output);
/// How a program ended, without its outputs.
[[nodiscard]] Json describe_end(const os::SubprocessOutcome& outcome);
/// To a thousandth.
[[nodiscard]] double to_seconds(std::chrono::nanoseconds duration);

/// Of a program that did not begin.
[[nodiscard]] Reply refuse_start(const Error& failure);
[[nodiscard]] Reply to_reply(os::SubprocessOutcome outcome);

}  // namespace malinka::agent::shell

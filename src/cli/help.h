// SPDX-License-Identifier: MIT
// What --help and `malinka help` print, made from the command table.

#pragma once

#include <string>

#include "cli/verb.h"

namespace malinka::cli {

[[nodiscard]] std::string program_help();
[[nodiscard]] std::string verb_help(const Verb& verb);

/// As `-r, --recursive` or `--timeout SECONDS`.
[[nodiscard]] std::string flag_text(const Flag& flag);
/// As `malinka ls [OPTION]… DEV:PATH…`.
[[nodiscard]] std::string synopsis(const Verb& verb);

}  // namespace malinka::cli

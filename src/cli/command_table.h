// SPDX-License-Identifier: MIT
// The verbs, in the order in which help lists them.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/verb.h"

namespace malinka::cli {

[[nodiscard]] std::span<const Verb* const> command_table();
[[nodiscard]] const Verb* find_verb(std::string_view name);
[[nodiscard]] std::vector<std::string> verb_names();

}  // namespace malinka::cli

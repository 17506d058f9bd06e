// SPDX-License-Identifier: MIT
// The words of the command line, sorted: settings of the program, the verb, and what the verb was
// given.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/options.h"
#include "cli/verb.h"

namespace malinka::cli {

struct CommandLine {
  std::vector<std::string>
      settings;                ///< Flags of the program, wherever they stood: for base::Options.
  const Verb* verb = nullptr;  ///< Null: none was named.
  Arguments arguments;
  bool wants_help = false;
};

/// `program_options` may stand anywhere before `--`. A verb's own flags come behind it; letters may
/// be joined (-rf).
[[nodiscard]] Attempt<CommandLine> parse_command_line(
    std::span<const std::string_view> words, std::span<const base::OptionSpec> program_options);

}  // namespace malinka::cli

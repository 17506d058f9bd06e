// SPDX-License-Identifier: MIT
// malinka help: the commands, or one of them.
#include "cli/command_table.h"
#include "cli/help.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/suggest.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

Attempt<ExitCode> run_help(Program& program, const Arguments& arguments) {
  if (arguments.operands.empty()) {
    program.console().print(program_help());
    return ExitCode::done;
  }
  const std::string& name = arguments.operands.front();
  const Verb* const verb = find_verb(name);
  if (verb == nullptr)
    return usage_failure("no such command: " + name + did_you_mean(name, verb_names()));
  program.console().print(verb_help(*verb));
  return ExitCode::done;
}

}  // namespace

extern const Verb help_verb;
constinit const Verb help_verb = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "explain the commands, or one of them",
    .operands_max = 1,
    .operand_kind = OperandKind::verb,
    .flags = {},
    .details = "",
    .examples = "malinka help cp",
    .run = run_help,
};

}  // namespace malinka::cli

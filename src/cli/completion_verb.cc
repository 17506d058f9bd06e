// SPDX-License-Identifier: MIT
// malinka completion: what a shell needs to complete our commands, options and devices.
#include <array>

#include "cli/completion.h"
#include "cli/program.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

constexpr std::array<std::string_view, 3> shells = {"bash", "zsh", "fish"};

Attempt<ExitCode> run_completion(Program& program, const Arguments& arguments) {
  const std::string& shell = arguments.operands.front();
  if (shell == "bash")
    program.console().print(bash_completion());
  else if (shell == "zsh")
    program.console().print(zsh_completion());
  else if (shell == "fish")
    program.console().print(fish_completion());
  else
    return usage_failure("no completion for " + shell + "; there is bash, zsh and fish");
  return ExitCode::done;
}

}  // namespace

extern const Verb completion_verb;
constinit const Verb completion_verb = {
    .name = "completion",
    .operands = "bash|zsh|fish",
    .summary = "print what a shell needs to complete these commands",
    .operands_min = 1,
    .operands_max = 1,
    .operand_kind = OperandKind::word,
    .words = shells,
    .flags = {},
    .details = "",
    .examples =
        "source <(malinka completion bash)\n"
        "malinka completion fish > ~/.config/fish/completions/malinka.fish",
    .run = run_completion,
};

}  // namespace malinka::cli

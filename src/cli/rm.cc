// SPDX-License-Identifier: MIT
// malinka rm: removes files and folders on a device.
#include <array>

#include "base/json.h"
#include "cli/each_target.h"

namespace malinka::cli {
namespace {

Attempt<ExitCode> run_rm(Program& program, const Arguments& arguments) {
  const bool is_recursive = arguments.has("recursive");
  return ask_for_each(program, arguments, "files.remove", [is_recursive](const Target& target) {
    return Json{{"path", target.path}, {"recursive", is_recursive}};
  });
}

constexpr std::array flags = {Flag{"recursive", 'r', "", "folders with all that is in them"}};

}  // namespace

extern const Verb rm_verb;
constinit const Verb rm_verb = {
    .name = "rm",
    .operands = "DEV:PATH…",
    .summary = "remove files and folders on a device",
    .operands_min = 1,
    .operands_max = any_number,
    .operand_kind = OperandKind::target,
    .flags = flags,
    .details =
        "A folder with something in it is removed with -r only. Links are removed, not followed.",
    .examples =
        "malinka rm kitchen:/tmp/a.txt\n"
        "malinka rm -r kitchen:/tmp/old       the folder and what is in it",
    .run = run_rm,
};

}  // namespace malinka::cli

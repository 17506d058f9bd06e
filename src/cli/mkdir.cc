// SPDX-License-Identifier: MIT
// malinka mkdir: makes folders on a device.
#include <array>

#include "base/json.h"
#include "cli/each_target.h"

namespace malinka::cli {
namespace {

Attempt<ExitCode> run_mkdir(Program& program, const Arguments& arguments) {
  const bool with_parents = arguments.has("parents");
  return ask_for_each(program, arguments, "files.mkdir", [with_parents](const Target& target) {
    return Json{{"path", target.path}, {"parents", with_parents}};
  });
}

constexpr std::array flags = {
    Flag{"parents", 'p', "", "the folders above it too; one that is there already is no error"}};

}  // namespace

extern const Verb mkdir_verb;
constinit const Verb mkdir_verb = {
    .name = "mkdir",
    .operands = "DEV:PATH…",
    .summary = "make folders on a device",
    .operands_min = 1,
    .operands_max = any_number,
    .operand_kind = OperandKind::target,
    .flags = flags,
    .details = "",
    .examples =
        "malinka mkdir kitchen:/tmp/new\n"
        "malinka mkdir -p kitchen:/tmp/a/b/c",
    .run = run_mkdir,
};

}  // namespace malinka::cli

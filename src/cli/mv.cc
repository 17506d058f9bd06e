// SPDX-License-Identifier: MIT
// malinka mv: renames and moves on one device.
#include <array>

#include "base/json.h"
#include "base/try.h"
#include "cli/program.h"
#include "cli/remote_files.h"
#include "cli/target.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

Attempt<ExitCode> run_mv(Program& program, const Arguments& arguments) {
  const Target from = TRY(parse_target(arguments.operands[0]));
  const Target to = TRY(parse_target(arguments.operands[1]));
  if (!from.is_remote() || from.device != to.device)
    return usage_failure("mv stays on one device; to another, use cp and then rm");
  Session session = TRY(program.join());
  const Target goal = TRY(place_in(session, to, file_name_of(from.path)));
  const Json value = {
      {"from", from.path}, {"to", goal.path}, {"overwrite", arguments.has("force")}};
  auto reply = session.ask({.device = from.device, .command = "files.move", .value = value});
  if (!reply) return std::unexpected(with_flag(reply.error(), "overwrite", "-f"));
  if (program.is_json()) program.print_reply(from.device, *reply->value);
  return ExitCode::done;
}

constexpr std::array flags = {Flag{"force", 'f', "", "over an existing file"}};

}  // namespace

extern const Verb mv_verb;
constinit const Verb mv_verb = {
    .name = "mv",
    .operands = "DEV:FROM DEV:TO",
    .summary = "rename or move a file or folder on a device",
    .operands_min = 2,
    .operands_max = 2,
    .operand_kind = OperandKind::target,
    .flags = flags,
    .details = "Where TO is a folder, FROM moves into it.",
    .examples =
        "malinka mv kitchen:/tmp/a.txt kitchen:/tmp/b.txt\n"
        "malinka mv kitchen:/tmp/a.txt kitchen:/home/pi/",
    .run = run_mv,
};

}  // namespace malinka::cli

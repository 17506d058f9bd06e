// SPDX-License-Identifier: MIT
// malinka cancel: the end of a command that runs beside its message.
#include "base/json.h"
#include "base/try.h"
#include "cli/program.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

Attempt<ExitCode> run_cancel(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands[0];
  const Json job = {{"job", arguments.operands[1]}};
  Session session = TRY(program.join());
  const Reply reply = TRY(session.ask({.device = device, .command = "shell.cancel", .value = job}));
  if (program.is_json()) program.print_reply(device, *reply.value);
  return ExitCode::done;
}

}  // namespace

extern const Verb cancel_verb;
constinit const Verb cancel_verb = {
    .name = "cancel",
    .operands = "DEV JOB",
    .summary = "end a command that runs on a device, with all that it started",
    .operands_min = 2,
    .operands_max = 2,
    .operand_kind = OperandKind::device,
    .flags = {},
    .details =
        "Its process group gets SIGTERM, and two seconds later SIGKILL. What it has written stays.",
    .examples = "malinka cancel kitchen JOB     `malinka jobs kitchen` has the ids",
    .run = run_cancel,
};

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// malinka output: what a command that runs beside its message has written.
#include <fmt/format.h>

#include <array>

#include "base/json.h"
#include "base/try.h"
#include "cli/format.h"
#include "cli/live_output.h"
#include "cli/program.h"
#include "cli/remote_command.h"
#include "cli/run_result.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

Attempt<ExitCode> follow(Program& program, Session& session, const std::string& device,
                         const Json& job) {
  const Session::Opened opened =
      TRY(session.open({.device = device, .command = "shell.output", .value = job}));
  const auto outcome = LiveOutput(program.console()).follow(*opened.stream);
  if (outcome) opened.stream->end();
  return report_end(program, device, outcome);
}

Attempt<ExitCode> run_output(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands[0];
  const Json job = {{"job", arguments.operands[1]}};
  if (arguments.has("follow") && program.is_json())
    return usage_failure("--follow shows output as it comes: leave --json out");
  Session session = TRY(program.join());
  if (arguments.has("follow")) return follow(program, session, device, job);
  const Reply reply = TRY(session.ask({.device = device, .command = "shell.output", .value = job}));
  if (program.is_json()) {
    program.print_reply(device, *reply.value);
    return ExitCode::done;
  }
  if (const std::uint64_t gone = find_whole_number(*reply.value, "offset").value_or(0); gone > 0)
    program.console().remark(
        fmt::format("malinka: {} before this are not kept any more", format_size(gone)));
  const RunResult result = make_run_result(device, dump_json(*reply.value));
  program.console().print_output(output_of(result, "stdout"));
  program.console().print_error_output(output_of(result, "stderr"));
  return ExitCode::done;
}

constexpr std::array output_flags = {
    Flag{"follow", 'f', "", "show what still comes, until the command has ended"},
};

}  // namespace

extern const Verb output_verb;
constinit const Verb output_verb = {
    .name = "output",
    .operands = "DEV JOB",
    .summary = "print what a detached command has written",
    .operands_min = 2,
    .operands_max = 2,
    .operand_kind = OperandKind::device,
    .flags = output_flags,
    .details =
        "Of each command the latest MiB is kept; where more was written, that is said. With -f the "
        "exit status\n"
        "is that of `malinka run`: 1 where the command failed. To stop following ends nothing.",
    .examples =
        "malinka output kitchen JOB        what there is\n"
        "malinka output -f kitchen JOB     and what still comes",
    .run = run_output,
};

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// malinka jobs: the commands that run beside their messages.
#include "base/json.h"
#include "base/try.h"
#include "cli/format.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/run_result.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// `running`, or how it ended as the table of `malinka run` says that.
std::string state_of(const Json& job) {
  if (text_of(job, "state") == "running") return "running";
  if (find_member(job, "error") != nullptr) return "not begun";
  return end_text(make_run_result("", dump_json(job)));
}

std::string table_of(const Json& jobs) {
  Table table({{"JOB"}, {"STATE"}, {"STARTED"}, {"OUTPUT", Align::right}, {"COMMAND"}});
  for (const Json& job : jobs)
    if (job.is_object())
      table.add({printable(text_of(job, "job")), state_of(job),
                 printable(format_time(text_of(job, "started"))),
                 format_size(find_whole_number(job, "outputBytes").value_or(0)),
                 printable(text_of(job, "command"))});
  return table.empty() ? "" : table.text();
}

Attempt<ExitCode> run_jobs(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands.front();
  Session session = TRY(program.join());
  const Json nothing = Json::object();
  const Reply reply =
      TRY(session.ask({.device = device, .command = "shell.jobs", .value = nothing}));
  if (program.is_json())
    program.print_reply(device, *reply.value);
  else
    program.console().print(table_of(reply.value->value("jobs", Json::array())));
  return ExitCode::done;
}

}  // namespace

extern const Verb jobs_verb;
constinit const Verb jobs_verb = {
    .name = "jobs",
    .operands = "DEV",
    .summary = "list the commands that run on a device, and detached ones that have ended",
    .operands_min = 1,
    .operands_max = 1,
    .operand_kind = OperandKind::device,
    .flags = {},
    .details =
        "STATE is `running`, or how it ended: its exit code, `signal 9`, `time`, or `not begun`. A "
        "detached\n"
        "command is kept for an hour after its end, the latest 16 of them.",
    .examples =
        "malinka jobs kitchen\n"
        "malinka --json jobs kitchen | jq -r '.jobs[].job'     for programs",
    .run = run_jobs,
};

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// malinka run: one command on one device, or on many at once.
#include <array>
#include <span>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/try.h"
#include "cli/device_list.h"
#include "cli/format.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/run_result.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// An answer comes at most this much later than the command's own end.
constexpr std::chrono::seconds answer_allowance(15);
constexpr double default_timeout_seconds = 60;

Attempt<double> parse_timeout(const Arguments& arguments) {
  const auto text = arguments.value("timeout");
  if (!text) return default_timeout_seconds;
  const auto seconds = base::parse_number<double>(*text);
  constexpr auto longest = static_cast<double>(limits::shell_timeout_seconds_max);
  if (seconds && *seconds > 0 && *seconds <= longest) return *seconds;
  return usage_failure("--timeout takes seconds, more than 0 and at most 3600");
}

/// Runs `command` on all of `names` at once. The results are in the order of the names.
std::vector<RunResult> run_on(Session& session, const std::vector<std::string>& names,
                              const Json& command, std::chrono::milliseconds timeout) {
  std::vector<RunResult> results;
  std::vector<std::string> present;
  for (const std::string& name : names) {
    auto checked = session.check_device(name);
    if (checked)
      present.push_back(name);
    else
      results.push_back({name, nullptr, checked.error()});
  }
  if (!present.empty()) {
    const std::vector<Answer> answers = session.client().request({.recipients = present,
                                                                  .name = "shell.run",
                                                                  .value = dump_json(command),
                                                                  .blob = {},
                                                                  .timeout = timeout});
    for (const Answer& answer : answers) {
      const auto judged = session.judge(answer);
      results.push_back(
          make_run_result(answer, judged ? std::nullopt : std::optional(judged.error())));
    }
  }
  std::ranges::sort(results, {}, [&names](const RunResult& result) {
    return std::ranges::find(names, result.device) - names.begin();
  });
  return results;
}

void print_json(Program& program, const RunResult& result) {
  if (!result.reply && result.failure) return program.report(*result.failure);
  Json line = result.reply ? *result.reply : Json::object();
  if (result.failure)
    line.update({{"code", result.failure->code}, {"error", result.failure->error}});
  program.print_reply(result.device, line);
}

/// One device alone: what the command wrote, where it wrote it, so that it can be piped on.
void print_alone(Program& program, const RunResult& result) {
  program.console().print_output(output_of(result, "stdout"));
  program.console().print_error_output(output_of(result, "stderr"));
  if (is_output_cut(result)) program.console().remark("malinka: more output was cut");
  if (result.failure) return program.report(*result.failure);
  const std::string end = end_text(result);
  if (end != "0")
    program.report({ExitCode::failed, result.device, 0,
                    "ended with " + (end.starts_with("signal") ? end : "exit code " + end)});
}

Attempt<ExitCode> run_run(Program& program, const Arguments& arguments) {
  const double timeout_seconds = TRY(parse_timeout(arguments));
  const std::string& devices = arguments.operands.front();
  const std::span<const std::string> words = std::span(arguments.operands).subspan(1);
  const Json command = {{"command", shell_line(words)}, {"timeoutSeconds", timeout_seconds}};
  const auto timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(timeout_seconds * 1000)) +
      answer_allowance;

  Session session = TRY(program.join());
  const std::vector<std::string> names = TRY(parse_devices(session, devices));
  const std::vector<RunResult> results = run_on(session, names, command, timeout);
  if (program.is_json())
    for (const RunResult& result : results) print_json(program, result);
  else if (devices == names.front())
    print_alone(program, results.front());
  else
    program.console().print(run_table(results));
  return exit_code_of(results);
}

constexpr std::array flags = {
    Flag{"timeout", 't', "SECONDS", "end the command after so long [60]"},
};

}  // namespace

extern const Verb run_verb;
constinit const Verb run_verb = {
    .name = "run",
    .operands = "DEV[,DEV…]|'*' -- COMMAND…",
    .summary = "run a command on one device or on many",
    .operands_min = 2,
    .operands_max = any_number,
    .operand_kind = OperandKind::device,
    .takes_command = true,
    .flags = flags,
    .details =
        "One device: its output comes out here as it is. Several, or '*' for all: a table of "
        "device, exit\n"
        "code and output. A single word is a line for the device's shell; several words reach the "
        "program\n"
        "as they are typed here. The exit status is 1 where the command failed on any device.",
    .examples =
        "malinka run kitchen -- uname -a\n"
        "malinka run kitchen -- 'df -h | tail -1'     a line for its shell\n"
        "malinka run '*' -- uptime                    on every device: a table\n"
        "malinka run -t 5 kitchen,hall -- sleep 10    too long",
    .run = run_run,
};

}  // namespace malinka::cli

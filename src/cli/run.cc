// SPDX-License-Identifier: MIT
// malinka run: one command on one device, or on many at once.
#include <unistd.h>

#include <array>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/try.h"
#include "cli/device_list.h"
#include "cli/format.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/remote_command.h"
#include "cli/run_result.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// An answer comes at most this much later than the command's own end.
constexpr std::chrono::seconds answer_allowance(15);
constexpr double default_timeout_seconds = 60;

/// Nothing where it was not said.
Attempt<std::optional<double>> parse_timeout(const Arguments& arguments) {
  const auto text = arguments.value("timeout");
  if (!text) return std::nullopt;
  const auto seconds = base::parse_number<double>(*text);
  constexpr auto longest = static_cast<double>(limits::shell_timeout_seconds_max);
  if (seconds && *seconds > 0 && *seconds <= longest) return seconds;
  return usage_failure("--timeout takes seconds, more than 0 and at most 3600");
}

/// What is said on the command line, before any device is asked.
struct Wish {
  Json command;
  std::chrono::milliseconds timeout{0};  ///< Of an answer that comes when it is over.
  bool is_detached = false;
  bool passes_input = false;
};

Attempt<Wish> read_wish(const Arguments& arguments) {
  const auto timeout = TRY(parse_timeout(arguments));
  const std::span<const std::string> words = std::span(arguments.operands).subspan(1);
  Wish wish{.command = {{"command", shell_line(words)}}, .is_detached = arguments.has("detach")};
  if (wish.is_detached) wish.command["detach"] = true;
  if (timeout || !wish.is_detached)
    wish.command["timeoutSeconds"] = timeout.value_or(default_timeout_seconds);
  const double seconds = timeout.value_or(default_timeout_seconds);
  wish.timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)) + answer_allowance;
  if (arguments.has("input") && (wish.is_detached || arguments.has("no-input")))
    return usage_failure(wish.is_detached ? "a command that is detached takes no input"
                                          : "--input and --no-input exclude each other");
  wish.passes_input =
      arguments.has("input") || (!arguments.has("no-input") && isatty(STDIN_FILENO) != 1);
  return wish;
}

/// One device's answer, and why it is none that says yes.
struct Answered {
  Answer answer;
  std::optional<Failure> failure;
};

Answer absent(const std::string& device) {
  Answer answer;
  answer.from = device;
  return answer;
}

/// Asks all of `names` at once. The answers are in the order of the names.
std::vector<Answered> ask_all(Session& session, const std::vector<std::string>& names,
                              const Wish& wish) {
  std::vector<Answered> all;
  std::vector<std::string> present;
  for (const std::string& name : names) {
    auto checked = session.check_device(name);
    if (checked)
      present.push_back(name);
    else
      all.push_back({.answer = absent(name), .failure = checked.error()});
  }
  if (!present.empty()) {
    const std::vector<Answer> answers = session.client().request({.recipients = present,
                                                                  .name = "shell.run",
                                                                  .value = dump_json(wish.command),
                                                                  .blob = {},
                                                                  .timeout = wish.timeout});
    for (const Answer& answer : answers) {
      const auto judged = session.judge(answer);
      all.push_back({answer, judged ? std::nullopt : std::optional(judged.error())});
    }
  }
  std::ranges::sort(all, {}, [&names](const Answered& one) {
    return std::ranges::find(names, one.answer.from) - names.begin();
  });
  return all;
}

void print_json(Program& program, const RunResult& result) {
  if (!result.reply && result.failure) return program.report(*result.failure);
  Json line = result.reply ? *result.reply : Json::object();
  if (result.failure)
    line.update({{"code", result.failure->code}, {"error", result.failure->error}});
  program.print_reply(result.device, line);
}

/// The command goes on by itself: gives each device's job, for `malinka output`.
ExitCode print_jobs(Program& program, const std::vector<Answered>& all, bool is_one) {
  Table table({{"DEVICE"}, {"JOB"}});
  ExitCode ended = ExitCode::done;
  for (const Answered& one : all) {
    const std::string& device = one.answer.from;
    const auto value = parse_json(one.answer.value);
    const std::string* const job = value ? find_string(*value, "job") : nullptr;
    if (one.failure) program.report(*one.failure);
    if (one.failure && ended != ExitCode::failed) ended = one.failure->exit_code;
    if (one.failure || job == nullptr) continue;
    if (program.is_json())
      program.print_reply(device, *value);
    else if (is_one)
      program.console().print(printable(*job) + "\n");
    else
      table.add({printable(device), printable(*job)});
  }
  if (!table.empty()) program.console().print(table.text());
  return ended;
}

ExitCode print_results(Program& program, const std::vector<Answered>& all) {
  std::vector<RunResult> results;
  results.reserve(all.size());
  for (const Answered& one : all) results.push_back(make_run_result(one.answer, one.failure));
  if (program.is_json())
    for (const RunResult& result : results) print_json(program, result);
  else
    program.console().print(run_table(results));
  return exit_code_of(results);
}

/// Each in a thread of its own; lines of several come whole.
ExitCode run_live(Program& program, Session& session, const std::vector<std::string>& names,
                  const Wish& wish) {
  std::vector<ExitCode> ended(names.size());
  std::vector<std::jthread> threads;
  threads.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    threads.emplace_back([&, i] {
      RemoteCommand command(program, session,
                            {.device = names[i],
                             .value = wish.command,
                             .passes_input = false,
                             .timeout = wish.timeout,
                             .line_prefix = printable(names[i]) + ": "});
      const Attempt<ExitCode> code = command.run();
      if (!code) program.report(code.error());
      ended[i] = code ? *code : code.error().exit_code;
    });
  for (std::jthread& thread : threads) thread.join();
  const bool has_failed = std::ranges::find(ended, ExitCode::failed) != ended.end();
  return has_failed ? ExitCode::failed : std::ranges::max(ended);
}

Attempt<ExitCode> run_run(Program& program, const Arguments& arguments) {
  const Wish wish = TRY(read_wish(arguments));
  const std::string& devices = arguments.operands.front();
  Session session = TRY(program.join());
  const std::vector<std::string> names = TRY(parse_devices(session, devices));
  const bool is_one = devices == names.front();
  if (wish.is_detached) return print_jobs(program, ask_all(session, names, wish), is_one);
  if (is_one && !program.is_json())
    return RemoteCommand(program, session,
                         {.device = devices,
                          .value = wish.command,
                          .passes_input = wish.passes_input,
                          .timeout = wish.timeout})
        .run();
  if (arguments.has("input"))
    return usage_failure("--input goes to one device, whose output comes without --json");
  if (arguments.has("live") && !program.is_json()) return run_live(program, session, names, wish);
  return print_results(program, ask_all(session, names, wish));
}

constexpr std::array flags = {
    Flag{"timeout", 't', "SECONDS", "end the command after so long [60; with --detach: never]"},
    Flag{"detach", 'd', "", "let it go on without us; prints its job for `malinka output`"},
    Flag{"live", 'l', "", "of several devices, each line as it comes, behind the device's name"},
    Flag{"input", 'i', "", "pass standard input on, also where that is a terminal"},
    Flag{"no-input", 'n', "", "pass nothing on: the command's input is empty"},
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
        "One device: its output comes out here as it is written, standard input is passed on where "
        "it is no\n"
        "terminal, and Ctrl-C cancels the command (a second one does not wait for that). If the "
        "link is lost\n"
        "the device ends it, unless it was detached: then it goes on, and `malinka jobs`, `malinka "
        "output`\n"
        "and `malinka cancel` have it. Several devices, or '*' for all: a table of device, exit "
        "code and\n"
        "output when they are done, or with -l their lines as they come; with --json an object "
        "each when they\n"
        "are done. A single word is a line for the device's shell; several words reach the program "
        "as they are\n"
        "typed here. The exit status is 1 where the command failed on any device.",
    .examples =
        "malinka run kitchen -- uname -a\n"
        "malinka run kitchen -- 'df -h | tail -1'     a line for its shell\n"
        "malinka run '*' -- uptime                    on every device: a table\n"
        "malinka run -l '*' -- ping -c 5 example.org  their lines as they come\n"
        "malinka run -t 5 kitchen,hall -- sleep 10    too long\n"
        "malinka run kitchen -- tar xz <a.tar.gz      its input is ours\n"
        "malinka run -d kitchen -- ./backup.sh        goes on without us",
    .run = run_run,
};

}  // namespace malinka::cli

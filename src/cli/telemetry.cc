// SPDX-License-Identifier: MIT
// malinka telemetry: what a device measures now, and how often it tells of it.
#include <fmt/format.h>

#include <array>

#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/try.h"
#include "cli/event_text.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

Attempt<std::int64_t> seconds_of(const std::string& text) {
  constexpr auto longest = static_cast<std::int64_t>(limits::telemetry_interval_seconds_max);
  const auto seconds = base::parse_number<std::int64_t>(text);
  if (seconds && *seconds >= 1 && *seconds <= longest) return *seconds;
  return usage_failure(
      fmt::format("--every takes 1 to {} whole seconds, not \"{}\"", longest, printable(text)));
}

std::string interval_text(const Json& reply) {
  const auto seconds = find_whole_number(reply, "seconds").value_or(0);
  std::string text = fmt::format("every {} s", seconds);
  if (const std::string problem = printable(text_of(reply, "problem")); !problem.empty())
    text += "; " + problem;
  return text + "\n";
}

Attempt<ExitCode> run_telemetry(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands.front();
  const auto every = arguments.value("every");
  Json value = Json::object();
  if (every) value["seconds"] = TRY(seconds_of(*every));
  Session session = TRY(program.join());
  const std::string command = every ? "telemetry.interval" : "telemetry.read";
  const Reply reply = TRY(session.ask({.device = device, .command = command, .value = value}));
  if (program.is_json())
    program.print_reply(device, *reply.value);
  else
    program.console().print(every ? interval_text(*reply.value)
                                  : reading_text(*reply.value) + "\n");
  return ExitCode::done;
}

constexpr std::array flags = {
    Flag{"every", 'e', "SECONDS", "have it tell its readings so often, 1 to 86400"}};

}  // namespace

extern const Verb telemetry_verb;
constinit const Verb telemetry_verb = {
    .name = "telemetry",
    .operands = "DEV",
    .summary = "print what a device measures, or say how often it is to tell of it",
    .operands_min = 1,
    .operands_max = 1,
    .operand_kind = OperandKind::device,
    .flags = flags,
    .details =
        "With --every nothing is printed but the interval, which holds from now on and after a "
        "restart; `malinka\n"
        "watch` prints readings as they come.",
    .examples =
        "malinka telemetry kitchen                   one reading, now\n"
        "malinka --json telemetry kitchen | jq .sensors\n"
        "malinka telemetry --every 60 kitchen        one every minute, to all who watch",
    .run = run_telemetry,
};

}  // namespace malinka::cli

// SPDX-License-Identifier: MIT
// malinka devices: who is there.
#include <array>
#include <utility>

#include "base/json.h"
#include "base/try.h"
#include "cli/describe.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

constexpr std::chrono::milliseconds describe_timeout = std::chrono::seconds(5);

std::vector<std::string> row_of(const Answer& answer, const Attempt<Reply>& reply,
                                const std::string& fingerprint) {
  const std::string name = printable(answer.from);
  if (answer.code == static_cast<int>(ResponseCode::identity_changed))
    return {name, "has changed", "see `malinka trust " + name + "`"};
  return {name, fingerprint.empty() ? "-" : fingerprint, reply ? system_text(*reply->value) : "-"};
}

/// Asks all at once what they are; who does not say has a dash.
void print_long(Program& program, Session& session, const std::vector<std::string>& names) {
  const std::vector<Answer> answers = session.client().request({.recipients = names,
                                                                .name = "agent.describe",
                                                                .value = "{}",
                                                                .blob = {},
                                                                .timeout = describe_timeout});
  Table table({{"DEVICE"}, {"IDENTITY"}, {"SYSTEM"}});
  for (const Answer& answer : answers) {
    const Attempt<Reply> reply = session.judge(answer);
    const std::string fingerprint = session.client().fingerprint(answer.from);
    if (!program.is_json()) {
      table.add(row_of(answer, reply, fingerprint));
      continue;
    }
    if (!reply) {
      program.report(reply.error());
      continue;
    }
    Json line = *reply->value;
    if (!fingerprint.empty()) line["fingerprint"] = fingerprint;  // What was verified here.
    program.print_reply(answer.from, line);
  }
  program.console().print(program.is_json() ? "" : table.text());
}

Attempt<ExitCode> run_devices(Program& program, const Arguments& arguments) {
  Session session = TRY(program.join());
  std::vector<std::string> names = session.devices();
  if (arguments.has("all")) {
    names.clear();
    for (const Member& member : session.members()) names.push_back(member.name);
  }
  if (names.empty() && !program.is_json())
    program.console().remark("no devices in channel " + printable(session.status().channel));
  if (arguments.has("long") && !names.empty()) {
    print_long(program, session, names);
    return ExitCode::done;
  }
  for (const std::string& name : names) {
    if (program.is_json())
      program.print_reply(name, Json::object());
    else
      program.console().print(printable(name) + "\n");
  }
  return ExitCode::done;
}

constexpr std::array flags = {
    Flag{"long", 'l', "", "ask each what it is"},
    Flag{"all", 'a', "", "subscribers that are no devices, too"},
};

}  // namespace

extern const Verb devices_verb;
constinit const Verb devices_verb = {
    .name = "devices",
    .operands = "",
    .summary = "list the devices of the channel",
    .flags = flags,
    .details = "",
    .examples =
        "malinka devices                      their names, one per line\n"
        "malinka devices -l                   with the identity and system of each",
    .run = run_devices,
};

}  // namespace malinka::cli
